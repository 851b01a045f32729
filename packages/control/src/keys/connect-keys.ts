import { ApiRefusal } from "@holdfast/api/server";
import type { ConnectKeyOwner } from "@holdfast/appstore/signatures";
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
import { connectKeyOf } from "./stored-key.ts";
import type { StoredConnectKey } from "./stored-key.ts";

const TABLE = "connect_keys";

/** An App Store Connect key to add, checked and sealed. */
export interface NewConnectKey extends KeyPlace {
  readonly owner: ConnectKeyOwner;
  readonly publicKeyHash: string;
  readonly sealed: SealedSecret;
}

/**
 * Adds an App Store Connect key. The first is active, a later one stands by.
 *
 * @throws ApiRefusal `NOT_FOUND`; `CONFLICT` where the id or the file is known already
 */
export async function addConnectKey(
  { queries }: Transaction,
  key: NewConnectKey,
  now: number,
): Promise<StoredConnectKey> {
  const { app, keyId, owner, publicKeyHash } = key;
  await lockKeysOf(queries, app);
  await refuseMixedUp(queries, TABLE, key);
  const row = {
    app,
    key_id: keyId,
    kind: owner.kind,
    issuer_id: owner.kind === "team" ? owner.issuerId : null,
    public_key_hash: publicKeyHash,
    is_active: (await hasActiveKey(queries, TABLE, app)) ? 0 : 1,
    created_at: now,
    last_used_at: null,
  } as const;
  await queries.insertInto(TABLE).values(row).execute();
  await insertPrivateKey(queries, TABLE, key);
  return connectKeyOf(row);
}

/**
 * Makes a key the one that reads the catalog; the one before stands by.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function activateConnectKey(
  { queries }: Transaction,
  place: KeyPlace,
): Promise<StoredConnectKey> {
  await lockKeysOf(queries, place.app);
  const key = await readConnectKey(queries, place);
  if (key.state === "active") return key;
  await switchActiveKey(queries, TABLE, place);
  return { ...key, state: "active" };
}

/**
 * Deletes a key and returns what it was. Of others that stand by the newest becomes active, so that the
 * catalog goes on being read.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function deleteConnectKey(
  { queries }: Transaction,
  place: KeyPlace,
): Promise<StoredConnectKey> {
  await lockKeysOf(queries, place.app);
  const key = await readConnectKey(queries, place);
  await deleteKey(queries, TABLE, place);
  const next = key.state === "active" ? await newestOtherKey(queries, TABLE, place) : undefined;
  if (next !== undefined) await switchActiveKey(queries, TABLE, { app: place.app, keyId: next });
  return key;
}

/**
 * Returns one App Store Connect key.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readConnectKey(
  queries: Queries,
  { app, keyId }: KeyPlace,
): Promise<StoredConnectKey> {
  const row = await queries
    .selectFrom(TABLE)
    .selectAll()
    .where("app", "=", app)
    .where("key_id", "=", keyId)
    .executeTakeFirst();
  if (row !== undefined) return connectKeyOf(row);
  throw new ApiRefusal("NOT_FOUND", `${app} has no App Store Connect key ${keyId}`);
}

/** Returns the key that is used; undefined where there is none. */
export async function findActiveConnectKey(
  queries: Queries,
  app: string,
): Promise<StoredConnectKey | undefined> {
  const row = await queries
    .selectFrom(TABLE)
    .selectAll()
    .where("app", "=", app)
    .where("is_active", "=", 1)
    .executeTakeFirst();
  return row && connectKeyOf(row);
}
