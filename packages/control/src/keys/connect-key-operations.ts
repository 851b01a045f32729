import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import type { ConnectKeyOwner } from "@holdfast/appstore/signatures";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import {
  activateConnectKey,
  addConnectKey,
  deleteConnectKey,
  readConnectKey,
} from "./connect-keys.ts";
import { readKeyMaterial } from "./key-material.ts";
import { pageOfKeys } from "./key-page.ts";
import { keyBinding } from "./key-rows.ts";
import type { KeysFeatureOptions } from "./keys-options.ts";
import { listConnectKeys } from "./list-keys.ts";
import { tryConnectKey } from "./try-key.ts";

const KIND = "App Store Connect key";

/** Returns the operations on App Store Connect keys. */
export function connectKeyOperations(options: KeysFeatureOptions): readonly Implementation[] {
  return [add(options), list(options), activate(options), remove()];
}

function add({ keyring }: KeysFeatureOptions): Implementation {
  return implement(routes.addConnectKey, async ({ params, body }, { now, change }) => {
    const { keyId } = body;
    const place = { app: params.app, keyId };
    const owner = ownerOf(body);
    const { privateKey, publicKeyHash } = readKeyMaterial(body.privateKey);
    const binding = keyBinding("connect_keys", place);
    const sealed = await keyring.seal(new TextEncoder().encode(privateKey), binding);
    return change(async (transaction) => {
      const key = { ...place, owner, publicKeyHash, sealed };
      const added = await addConnectKey(transaction, key, now);
      const summary = `added the ${KIND} ${keyId}, ${added.state}`;
      await transaction.audit({ target: keyId, summary });
      return { body: added };
    });
  });
}

function list({ database: { queries } }: KeysFeatureOptions): Implementation {
  const route = routes.listConnectKeys;
  return implement(route, async ({ params: { app }, query }) => {
    await readApp(queries, app);
    const { operationId } = route;
    return {
      body: await pageOfKeys({ operationId, app, query }, (options) =>
        listConnectKeys(queries, options),
      ),
    };
  });
}

function activate({ database: { queries }, clients }: KeysFeatureOptions): Implementation {
  return implement(routes.activateConnectKey, async ({ params }, { change, signal }) => {
    const place = { app: params.app, keyId: params.key };
    const app = await readApp(queries, params.app);
    const key = await readConnectKey(queries, place);
    if (key.state === "active") return { body: key };
    await tryConnectKey(clients, { app, key }, signal);
    return change(async (transaction) => {
      const active = await activateConnectKey(transaction, place);
      const summary = `made ${params.key} the ${KIND} that is used`;
      await transaction.audit({ target: params.key, summary });
      return { body: active };
    });
  });
}

function remove(): Implementation {
  return implement(routes.deleteConnectKey, async ({ params }, { change }) =>
    change(async (transaction) => {
      await deleteConnectKey(transaction, { app: params.app, keyId: params.key });
      await transaction.audit({
        target: params.key,
        summary: `deleted the ${KIND} ${params.key}`,
      });
      return {};
    }),
  );
}

/** The API's schema has made sure of it; the types cannot say so. */
function ownerOf(body: {
  readonly kind: "team" | "individual";
  readonly issuerId?: string | undefined;
}): ConnectKeyOwner {
  if (body.kind === "individual") return { kind: "individual" };
  if (body.issuerId !== undefined) return { kind: "team", issuerId: body.issuerId };
  throw new ApiRefusal("INPUT_INVALID", "a team's key needs its issuer");
}
