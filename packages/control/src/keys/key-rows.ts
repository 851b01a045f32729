import { ApiRefusal } from "@holdfast/api/server";
import { deleteSecret, insertSecret } from "../secrets/index.ts";
import type { SealedSecret, SecretBinding } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";

/** The two kinds of key, by their tables. */
export type KeyTable = "in_app_purchase_keys" | "connect_keys";

/** A key of an app. */
export interface KeyPlace {
  readonly app: string;
  readonly keyId: string;
}

const NAMES: Readonly<Record<KeyTable, string>> = {
  in_app_purchase_keys: "an In-App Purchase key",
  connect_keys: "an App Store Connect key",
};

const PURPOSES: Readonly<Record<KeyTable, string>> = {
  in_app_purchase_keys: "inAppPurchaseKey",
  connect_keys: "connectKey",
};

/** Returns what a key's private part is bound to: one of the other kind does not open in its place. */
export function keyBinding(table: KeyTable, { app, keyId }: KeyPlace): SecretBinding {
  return { app, environment: "both", purpose: PURPOSES[table], keyId };
}

/**
 * Lets one transaction at a time change an app's keys.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app
 */
export async function lockKeysOf(queries: Queries, app: string): Promise<void> {
  const { numUpdatedRows } = await queries
    .updateTable("apps")
    // Writes what is there: PostgreSQL then holds the row until the commit, SQLite has one writer.
    .set((row) => ({ version: row.ref("version") }))
    .where("id", "=", app)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ApiRefusal("NOT_FOUND", `no app ${app}`);
}

/**
 * Refuses a key that is there, and one that was taken for another: a key id belongs to one key of one kind
 * at Apple, and a file to one key id, whatever app they are for.
 *
 * @throws ApiRefusal `CONFLICT`
 */
export async function refuseMixedUp(
  queries: Queries,
  table: KeyTable,
  key: KeyPlace & { readonly publicKeyHash: string },
): Promise<void> {
  for (const other of ["in_app_purchase_keys", "connect_keys"] as const) {
    const rows = await queries
      .selectFrom(other)
      .select(["app", "key_id", "public_key_hash"])
      .where((row) =>
        row.or([row("key_id", "=", key.keyId), row("public_key_hash", "=", key.publicKeyHash)]),
      )
      .execute();
    for (const row of rows) {
      const isSameKey = other === table && row.key_id === key.keyId;
      if (isSameKey && row.app === key.app) {
        throw new ApiRefusal("CONFLICT", `there is ${NAMES[table]} ${key.keyId} already`, {
          advice: "delete it first where it was added with a wrong file",
        });
      }
      if (isSameKey && row.public_key_hash === key.publicKeyHash) continue;
      const what =
        row.key_id === key.keyId ? `the key id ${key.keyId}` : "the private key that was sent";
      throw new ApiRefusal("CONFLICT", `${what} is known as ${NAMES[other]}, ${row.key_id}`, {
        advice:
          "see in App Store Connect which kind the key is, and which file belongs to which id",
      });
    }
  }
}

/** Tells whether an app has an active key of a kind. */
export async function hasActiveKey(
  queries: Queries,
  table: KeyTable,
  app: string,
): Promise<boolean> {
  const row = await queries
    .selectFrom(table)
    .select("key_id")
    .where("app", "=", app)
    .where("is_active", "=", 1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes the private part of a key. */
export function insertPrivateKey(
  queries: Queries,
  table: KeyTable,
  { sealed, ...place }: KeyPlace & { readonly sealed: SealedSecret },
): Promise<void> {
  return insertSecret(queries, keyBinding(table, place), sealed);
}

/** Makes a key the active one; the one before stands by. There must be such a key. */
export async function switchActiveKey(
  queries: Queries,
  table: KeyTable,
  { app, keyId }: KeyPlace,
): Promise<void> {
  await queries
    .updateTable(table)
    .set({ is_active: 0 })
    .where("app", "=", app)
    .where("is_active", "=", 1)
    .execute();
  await queries
    .updateTable(table)
    .set({ is_active: 1 })
    .where("app", "=", app)
    .where("key_id", "=", keyId)
    .execute();
}

/** Deletes a key with its private part. */
export async function deleteKey(queries: Queries, table: KeyTable, place: KeyPlace): Promise<void> {
  const { app, keyId } = place;
  await queries.deleteFrom(table).where("app", "=", app).where("key_id", "=", keyId).execute();
  await deleteSecret(queries, keyBinding(table, place));
}

/** Returns the newest other key of the same kind; undefined where there is none. */
export async function newestOtherKey(
  queries: Queries,
  table: KeyTable,
  { app, keyId }: KeyPlace,
): Promise<string | undefined> {
  const row = await queries
    .selectFrom(table)
    .select("key_id")
    .where("app", "=", app)
    .where("key_id", "<>", keyId)
    .orderBy("created_at", "desc")
    .orderBy("key_id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.key_id;
}

const MINUTE_MS = 60_000;

/** Notes that a key was used, to the minute: one write a minute at most. */
export async function noteKeyUse(
  queries: Queries,
  table: KeyTable,
  { app, keyId, at }: KeyPlace & { readonly at: number },
): Promise<void> {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  await queries
    .updateTable(table)
    .set({ last_used_at: minute })
    .where("app", "=", app)
    .where("key_id", "=", keyId)
    .where((row) => row.or([row("last_used_at", "is", null), row("last_used_at", "<", minute)]))
    .execute();
}
