import { importConnectKey, importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { ConnectKey, InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Bytes } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { DeliveredSigningKey } from "@holdfast/runtime/keys";
import { readPseudonymKey } from "../apps/index.ts";
import { openSecret } from "../secrets/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";
import { findActiveInAppPurchaseKey } from "./in-app-purchase-keys.ts";
import { keyBinding } from "./key-rows.ts";
import type { KeyPlace, KeyTable } from "./key-rows.ts";
import type { StoredConnectKey, StoredInAppPurchaseKey } from "./stored-key.ts";

/** What an app's runtimes need: what `createLiveValue()` seals for them, under the runtime secret. */
export interface DeliveredKeys {
  readonly pseudonymKey: Bytes;
  /** The active In-App Purchase key; absent for an app without one. */
  readonly signingKey?: DeliveredSigningKey;
}

/**
 * Returns an app's keys as runtimes get them, opened. To be sealed at once, never kept or shown.
 *
 * Throws SECRET_NOT_FOUND, SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN.
 */
export async function readDeliveredKeys(
  queries: Queries,
  keyring: Keyring,
  app: string,
): Promise<DeliveredKeys> {
  const pseudonymKey = await readPseudonymKey(queries, keyring, app);
  const active = await findActiveInAppPurchaseKey(queries, app);
  if (active === undefined) return { pseudonymKey };
  const { keyId, issuerId } = active;
  const place = { app, keyId };
  const privateKey = await openPrivateKey(queries, keyring, {
    table: "in_app_purchase_keys",
    place,
  });
  return { pseudonymKey, signingKey: { keyId, issuerId, privateKey } };
}

/** Returns an In-App Purchase key, ready to sign. Throws as {@link readDeliveredKeys}. */
export async function openInAppPurchaseKey(
  queries: Queries,
  keyring: Keyring,
  { app, key }: { readonly app: string; readonly key: StoredInAppPurchaseKey },
): Promise<InAppPurchaseKey> {
  const { keyId, issuerId } = key;
  const place = { app, keyId };
  const privateKey = await openPrivateKey(queries, keyring, {
    table: "in_app_purchase_keys",
    place,
  });
  return importInAppPurchaseKey({ keyId, issuerId, privateKey });
}

/** Returns an App Store Connect key, ready to sign. Throws as {@link readDeliveredKeys}. */
export async function openConnectKey(
  queries: Queries,
  keyring: Keyring,
  { app, key }: { readonly app: string; readonly key: StoredConnectKey },
): Promise<ConnectKey> {
  const { keyId } = key;
  const place = { app, keyId };
  const privateKey = await openPrivateKey(queries, keyring, { table: "connect_keys", place });
  return importConnectKey({ keyId, privateKey, owner: ownerOf(key) });
}

function ownerOf({ kind, issuerId, keyId }: StoredConnectKey): ConnectKey["owner"] {
  if (kind === "individual") return { kind };
  if (issuerId !== undefined) return { kind, issuerId };
  throw new UsageError("KEY_IDENTITY_INVALID", `${keyId}: expected a team's key to have an issuer`);
}

async function openPrivateKey(
  queries: Queries,
  keyring: Keyring,
  { table, place }: { readonly table: KeyTable; readonly place: KeyPlace },
): Promise<string> {
  return new TextDecoder().decode(await openSecret(queries, keyring, keyBinding(table, place)));
}
