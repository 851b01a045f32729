import type { Bytes } from "@holdfast/appstore/crypto";
import type { Queries } from "../storage/index.ts";
import type { Keyring, SealedSecret, SecretBinding } from "./keyring.ts";
import { secretError } from "./secret-error.ts";

/**
 * Writes a sealed secret. What is written stays for good: throws DATABASE_DUPLICATE where there is one,
 * for a secret that is silently replaced may be lost.
 *
 * Sealing happens before, outside the transaction.
 */
export async function insertSecret(
  queries: Queries,
  binding: SecretBinding,
  { masterKey, sealed }: SealedSecret,
): Promise<void> {
  const { app, environment, purpose, keyId } = binding;
  await queries
    .insertInto("secrets")
    .values({ app, environment, purpose, key_id: keyId, master_key: masterKey, sealed })
    .execute();
}

/** Returns a secret, opened. Throws SECRET_NOT_FOUND, SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN. */
export async function openSecret(
  queries: Queries,
  keyring: Keyring,
  binding: SecretBinding,
): Promise<Bytes> {
  const { app, environment, purpose, keyId } = binding;
  const row = await queries
    .selectFrom("secrets")
    .select(["master_key", "sealed"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("purpose", "=", purpose)
    .where("key_id", "=", keyId)
    .executeTakeFirst();
  if (row === undefined) {
    throw secretError("SECRET_NOT_FOUND", `${app}: expected the ${purpose} ${keyId}, got none`);
  }
  return keyring.open({ masterKey: row.master_key, sealed: row.sealed }, binding);
}

/** Deletes one secret; where there is none, nothing changes. */
export async function deleteSecret(queries: Queries, binding: SecretBinding): Promise<void> {
  const { app, environment, purpose, keyId } = binding;
  await queries
    .deleteFrom("secrets")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("purpose", "=", purpose)
    .where("key_id", "=", keyId)
    .execute();
}

/** Deletes every secret of an app. */
export async function deleteSecretsOfApp(queries: Queries, app: string): Promise<void> {
  await queries.deleteFrom("secrets").where("app", "=", app).execute();
}
