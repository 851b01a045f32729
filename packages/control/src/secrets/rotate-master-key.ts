import type { Selectable } from "kysely";
import type { Database, Queries } from "../storage/index.ts";
import { createKeyring } from "./keyring.ts";
import type { Keyring, SecretBinding } from "./keyring.ts";
import { newSecretText, readOrMakeSecretFile, replaceSecretFile } from "./secret-file.ts";
import { masterKeyPath, parseMasterKeys } from "./load-secret.ts";
import { secretError } from "./secret-error.ts";
import type { SecretsTable } from "./tables.ts";

/** How a rotation goes. */
export interface RotationOptions {
  /** Rows read at once; default 100. */
  readonly batch?: number;
  /** Ends it between two rows; what is left is the next run's. */
  readonly signal?: AbortSignal;
}

/**
 * Seals every secret under the keyring's current master key and returns how many were sealed anew.
 * Killed anywhere, a second run goes on; each secret opens all the while for who has both keys. A secret
 * that another process adds meanwhile under the key before is sealed anew, too, or by the next run.
 *
 * Throws SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN for a secret that opens with no key given; those before it
 * stay sealed anew.
 */
export async function rotateMasterKey(
  { queries }: Pick<Database, "queries">,
  keyring: Keyring,
  { batch = 100, signal }: RotationOptions = {},
): Promise<number> {
  let count = 0;
  for (;;) {
    const rows = await rowsToReseal(queries, keyring, batch);
    if (rows.length === 0) return count;
    for (const row of rows) {
      signal?.throwIfAborted();
      count += await reseal(queries, keyring, row);
    }
  }
}

/**
 * Makes sure that every secret in the database can be opened with the master keys given, before anything
 * rests on it: at start, and before an old key is thrown away.
 *
 * Throws SECRET_KEY_UNKNOWN.
 */
export async function checkMasterKeys(
  queries: Queries,
  keyring: Pick<Keyring, "ids">,
): Promise<void> {
  const row = await queries
    .selectFrom("secrets")
    .select("master_key")
    .where("master_key", "not in", keyring.ids)
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return;
  throw secretError(
    "SECRET_KEY_UNKNOWN",
    `the database holds secrets under the master key ${row.master_key}, got ${keyring.ids.join(", ")}; give the key the database was written with`,
  );
}

/**
 * Puts a new master key before the one in a data directory's file, and leaves that one to open with. A file
 * that has several stays: a rotation is under way. Returns whether there is a new one.
 */
export async function addMasterKey(dataDirectory: string): Promise<boolean> {
  const path = masterKeyPath(dataDirectory);
  const text = await readOrMakeSecretFile(path);
  if (parseMasterKeys(text, path).previous.length > 0) return false;
  await replaceSecretFile(path, newSecretText() + text);
  return true;
}

/**
 * Takes all but the first master key out of a data directory's file.
 *
 * Throws SECRET_KEY_UNKNOWN while a secret is still sealed under another; the file then stays.
 */
export async function dropPreviousMasterKeys(
  dataDirectory: string,
  queries: Queries,
): Promise<void> {
  const path = masterKeyPath(dataDirectory);
  const text = await readOrMakeSecretFile(path);
  const { current } = parseMasterKeys(text, path);
  await checkMasterKeys(queries, await createKeyring({ current, previous: [] }));
  const [first = ""] = text.trim().split(/\s+/);
  await replaceSecretFile(path, `${first}\n`);
}

async function rowsToReseal(
  queries: Queries,
  { currentId }: Keyring,
  limit: number,
): Promise<readonly Selectable<SecretsTable>[]> {
  return queries
    .selectFrom("secrets")
    .selectAll()
    .where("master_key", "<>", currentId)
    .orderBy("app")
    .orderBy("environment")
    .orderBy("purpose")
    .orderBy("key_id")
    .limit(limit)
    .execute();
}

async function reseal(
  queries: Queries,
  keyring: Keyring,
  row: Selectable<SecretsTable>,
): Promise<number> {
  const { app, environment, purpose, key_id: keyId, master_key: masterKey, sealed } = row;
  const binding: SecretBinding = { app, environment, purpose, keyId };
  const plaintext = await keyring.open({ masterKey, sealed }, binding);
  const next = await keyring.seal(plaintext, binding);
  const { numUpdatedRows } = await queries
    .updateTable("secrets")
    .set({ master_key: next.masterKey, sealed: next.sealed })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("purpose", "=", purpose)
    .where("key_id", "=", keyId)
    // Deleted meanwhile, or deleted and added again: then it is not this one any more.
    .where("sealed", "=", sealed)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
