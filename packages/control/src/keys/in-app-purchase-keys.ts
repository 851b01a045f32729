import { ApiRefusal } from "@holdfast/api/server";
import type { SealedSecret } from "../secrets/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import {
  deleteKey,
  hasActiveKey,
  insertPrivateKey,
  lockKeysOf,
  newestOtherKey,
  refuseMixedUp,
  switchActiveKey,
} from "./key-rows.ts";
import type { KeyPlace } from "./key-rows.ts";
import { inAppPurchaseKeyOf } from "./stored-key.ts";
import type { StoredInAppPurchaseKey } from "./stored-key.ts";

const TABLE = "in_app_purchase_keys";

/** An In-App Purchase key to add, checked and sealed. */
export interface NewInAppPurchaseKey extends KeyPlace {
  readonly issuerId: string;
  readonly publicKeyHash: string;
  readonly sealed: SealedSecret;
}

/**
 * Adds an In-App Purchase key. The first is active, and `in-app-purchase-key` is then announced; a later
 * one stands by.
 *
 * @throws ApiRefusal `NOT_FOUND`; `CONFLICT` where the id or the file is known already
 */
export async function addInAppPurchaseKey(
  transaction: Transaction,
  key: NewInAppPurchaseKey,
  now: number,
): Promise<StoredInAppPurchaseKey> {
  const { queries } = transaction;
  const { app, keyId, issuerId, publicKeyHash } = key;
  await lockKeysOf(queries, app);
  await refuseMixedUp(queries, TABLE, key);
  const row = {
    app,
    key_id: keyId,
    issuer_id: issuerId,
    public_key_hash: publicKeyHash,
    is_active: (await hasActiveKey(queries, TABLE, app)) ? 0 : 1,
    created_at: now,
    last_used_at: null,
  } as const;
  await queries.insertInto(TABLE).values(row).execute();
  await insertPrivateKey(queries, TABLE, key);
  if (row.is_active === 1) announceSwitch(transaction, key);
  return inAppPurchaseKeyOf(row);
}

/**
 * Makes a key the one that signs; the one before stands by. Announces `in-app-purchase-key` where that
 * changes anything: what is live is then published again.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function activateInAppPurchaseKey(
  transaction: Transaction,
  place: KeyPlace,
): Promise<StoredInAppPurchaseKey> {
  const { queries } = transaction;
  await lockKeysOf(queries, place.app);
  const key = await readInAppPurchaseKey(queries, place);
  if (key.state === "active") return key;
  await switchActiveKey(queries, TABLE, place);
  announceSwitch(transaction, place);
  return { ...key, state: "active" };
}

/** What is to be known of an app before its signing key can go. */
export interface KeyDeletionRules {
  /** Whether something that is live signs offers. */
  readonly signsOffers: (queries: Queries, app: string) => Promise<boolean>;
}

/**
 * Deletes a key and returns what it was.
 *
 * @throws ApiRefusal `NOT_FOUND`; `CONFLICT` for the active one while another exists or offers are signed
 */
export async function deleteInAppPurchaseKey(
  transaction: Transaction,
  place: KeyPlace,
  { signsOffers }: KeyDeletionRules,
): Promise<StoredInAppPurchaseKey> {
  const { queries } = transaction;
  await lockKeysOf(queries, place.app);
  const key = await readInAppPurchaseKey(queries, place);
  if (key.state === "active") {
    const other = await newestOtherKey(queries, TABLE, place);
    if (other !== undefined) throw isInUse(place, `activate ${other} first`);
    if (await signsOffers(queries, place.app)) {
      throw isInUse(place, "what is live signs offers: add and activate another key first");
    }
  }
  await deleteKey(queries, TABLE, place);
  if (key.state === "active") announceSwitch(transaction, place);
  return key;
}

/**
 * Returns one In-App Purchase key.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readInAppPurchaseKey(
  queries: Queries,
  { app, keyId }: KeyPlace,
): Promise<StoredInAppPurchaseKey> {
  const row = await queries
    .selectFrom(TABLE)
    .selectAll()
    .where("app", "=", app)
    .where("key_id", "=", keyId)
    .executeTakeFirst();
  if (row !== undefined) return inAppPurchaseKeyOf(row);
  throw new ApiRefusal("NOT_FOUND", `${app} has no In-App Purchase key ${keyId}`);
}

/** Returns the key that signs; undefined where there is none. */
export async function findActiveInAppPurchaseKey(
  queries: Queries,
  app: string,
): Promise<StoredInAppPurchaseKey | undefined> {
  const row = await queries
    .selectFrom(TABLE)
    .selectAll()
    .where("app", "=", app)
    .where("is_active", "=", 1)
    .executeTakeFirst();
  return row && inAppPurchaseKeyOf(row);
}

/** Returns which keys sign, of one app or of all; what changes whenever another one does. */
export async function listActiveInAppPurchaseKeys(
  queries: Queries,
  app?: string,
): Promise<readonly { readonly app: string; readonly name: string }[]> {
  const all = queries
    .selectFrom(TABLE)
    .select(["app", "key_id", "created_at"])
    .where("is_active", "=", 1);
  const rows = await (app === undefined ? all : all.where("app", "=", app)).execute();
  // A key that was deleted and added again is another one.
  return rows.map((row) => ({ app: row.app, name: `${row.key_id}.${row.created_at}` }));
}

function announceSwitch({ announce }: Transaction, { app, keyId }: KeyPlace): void {
  announce({ topic: "in-app-purchase-key", app, subject: keyId });
}

function isInUse({ keyId }: KeyPlace, advice: string): ApiRefusal {
  return new ApiRefusal("CONFLICT", `the In-App Purchase key ${keyId} is the active one`, {
    advice,
  });
}
