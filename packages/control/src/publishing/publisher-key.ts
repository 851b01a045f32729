import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { webCryptography } from "@holdfast/runtime/keys";
import { publisherKeyId } from "@holdfast/runtime/wire";
import type { PublisherKey } from "@holdfast/runtime/wire";
import { insertSecret, openSecret } from "../secrets/index.ts";
import type { Keyring, SecretBinding } from "../secrets/index.ts";
import { isStorageError } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";

/** What publishes an app. */
export interface AppPublisher extends PublisherKey {
  /** SubjectPublicKeyInfo, PEM: what runtimes are configured with as `publisherKey`. */
  readonly publicKeyPem: string;
}

/** Where publishers' keys are kept. */
export interface PublisherKeyMeans {
  readonly database: Database;
  readonly keyring: Keyring;
}

/**
 * Returns an app's publisher. Its key (ECDSA P-256) is made at first use and sealed at rest; of several
 * processes that make one at the same time, all use the one that was written first.
 *
 * Throws what `openSecret()` throws.
 */
export async function loadPublisher(
  { database, keyring }: PublisherKeyMeans,
  app: string,
): Promise<AppPublisher> {
  const binding: SecretBinding = { app, environment: "both", purpose: "publisherKey", keyId: "1" };
  const open = () => openSecret(database.queries, keyring, binding);
  try {
    return await publisherOf(await open());
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const made = newPrivateKey();
  try {
    await insertSecret(database.queries, binding, await keyring.seal(made, binding));
  } catch (error) {
    if (!isStorageError(error, "DATABASE_DUPLICATE")) throw error;
  }
  return publisherOf(await open());
}

function newPrivateKey(): Bytes {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
}

async function publisherOf(pkcs8: Bytes): Promise<AppPublisher> {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  return {
    keyId: await publisherKeyId(spki),
    key: await webCryptography.importSigningKey(pkcs8),
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SECRET_NOT_FOUND";
}
