import { routes } from "@holdfast/api";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import {
  activateInAppPurchaseKey,
  addInAppPurchaseKey,
  deleteInAppPurchaseKey,
  readInAppPurchaseKey,
} from "./in-app-purchase-keys.ts";
import { readKeyMaterial } from "./key-material.ts";
import { pageOfKeys } from "./key-page.ts";
import { keyBinding } from "./key-rows.ts";
import type { KeysFeatureOptions } from "./keys-options.ts";
import { listInAppPurchaseKeys } from "./list-keys.ts";
import { tryInAppPurchaseKey } from "./try-key.ts";

const KIND = "In-App Purchase key";

/** Returns the operations on In-App Purchase keys. */
export function inAppPurchaseKeyOperations(options: KeysFeatureOptions): readonly Implementation[] {
  return [add(options), list(options), activate(options), remove(options)];
}

function add({ keyring }: KeysFeatureOptions): Implementation {
  return implement(routes.addInAppPurchaseKey, async ({ params, body }, { now, change }) => {
    const { keyId, issuerId } = body;
    const place = { app: params.app, keyId };
    const { privateKey, publicKeyHash } = readKeyMaterial(body.privateKey);
    const binding = keyBinding("in_app_purchase_keys", place);
    const sealed = await keyring.seal(new TextEncoder().encode(privateKey), binding);
    return change(async (transaction) => {
      const key = { ...place, issuerId, publicKeyHash, sealed };
      const added = await addInAppPurchaseKey(transaction, key, now);
      const summary = `added the ${KIND} ${keyId}, ${added.state}`;
      await transaction.audit({ target: keyId, summary });
      return { body: added };
    });
  });
}

function list({ database: { queries } }: KeysFeatureOptions): Implementation {
  const route = routes.listInAppPurchaseKeys;
  return implement(route, async ({ params: { app }, query }) => {
    await readApp(queries, app);
    const { operationId } = route;
    return {
      body: await pageOfKeys({ operationId, app, query }, (options) =>
        listInAppPurchaseKeys(queries, options),
      ),
    };
  });
}

function activate({ database: { queries }, clients }: KeysFeatureOptions): Implementation {
  const route = routes.activateInAppPurchaseKey;
  return implement(route, async ({ params }, { change, signal }) => {
    const place = { app: params.app, keyId: params.key };
    const app = await readApp(queries, params.app);
    const key = await readInAppPurchaseKey(queries, place);
    if (key.state === "active") return { body: key };
    await tryInAppPurchaseKey(clients, { app, key }, signal);
    return change(async (transaction) => {
      const active = await activateInAppPurchaseKey(transaction, place);
      const summary = `made ${params.key} the ${KIND} that signs`;
      await transaction.audit({ target: params.key, summary });
      return { body: active };
    });
  });
}

function remove({ signsOffers }: KeysFeatureOptions): Implementation {
  return implement(routes.deleteInAppPurchaseKey, async ({ params }, { change }) =>
    change(async (transaction) => {
      const place = { app: params.app, keyId: params.key };
      await deleteInAppPurchaseKey(transaction, place, { signsOffers });
      await transaction.audit({
        target: params.key,
        summary: `deleted the ${KIND} ${params.key}`,
      });
      return {};
    }),
  );
}
