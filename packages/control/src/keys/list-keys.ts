import type { Queries } from "../storage/index.ts";
import type { KeyTable } from "./key-rows.ts";
import { connectKeyOf, inAppPurchaseKeyOf } from "./stored-key.ts";
import type { StoredConnectKey, StoredInAppPurchaseKey } from "./stored-key.ts";

/** Where a list of keys goes on: the last one of the page before. */
export interface KeyPosition {
  readonly createdAt: number;
  readonly keyId: string;
}

/** Which keys to list. */
export interface ListKeysOptions {
  readonly app: string;
  readonly after?: KeyPosition | undefined;
  readonly limit: number;
}

/** Returns an app's In-App Purchase keys, the newest first. */
export async function listInAppPurchaseKeys(
  queries: Queries,
  options: ListKeysOptions,
): Promise<readonly StoredInAppPurchaseKey[]> {
  const rows = await queries
    .selectFrom("in_app_purchase_keys")
    .selectAll()
    .where("app", "=", options.app)
    .where("key_id", "in", keyIdsOfPage(queries, "in_app_purchase_keys", options))
    .orderBy("created_at", "desc")
    .orderBy("key_id", "desc")
    .execute();
  return rows.map(inAppPurchaseKeyOf);
}

/** Returns an app's App Store Connect keys, the newest first. */
export async function listConnectKeys(
  queries: Queries,
  options: ListKeysOptions,
): Promise<readonly StoredConnectKey[]> {
  const rows = await queries
    .selectFrom("connect_keys")
    .selectAll()
    .where("app", "=", options.app)
    .where("key_id", "in", keyIdsOfPage(queries, "connect_keys", options))
    .orderBy("created_at", "desc")
    .orderBy("key_id", "desc")
    .execute();
  return rows.map(connectKeyOf);
}

function keyIdsOfPage(queries: Queries, table: KeyTable, { app, after, limit }: ListKeysOptions) {
  const ids = queries
    .selectFrom(table)
    .select("key_id")
    .where("app", "=", app)
    .orderBy("created_at", "desc")
    .orderBy("key_id", "desc")
    .limit(limit);
  if (after === undefined) return ids;
  const { createdAt, keyId } = after;
  return ids.where((row) =>
    row.or([
      row("created_at", "<", createdAt),
      row.and([row("created_at", "=", createdAt), row("key_id", "<", keyId)]),
    ]),
  );
}
