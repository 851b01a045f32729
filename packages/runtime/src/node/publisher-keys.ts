import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes } from "@holdfast/appstore/crypto";
import { PSEUDONYM_KEY_BYTES } from "../keys/app-keys.ts";
import { importPublisherPublicKey, publisherKeyId } from "../wire/publisher.ts";
import type { PublisherKey, PublisherPublicKey } from "../wire/publisher.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { readOrCreateSecretFile } from "./secret-file.ts";

/** A publisher's two keys, ready for use. */
export interface PublisherKeys {
  readonly publisher: PublisherKey;
  readonly publicKey: PublisherPublicKey;
  /** SubjectPublicKeyInfo, PEM: what the runtime's configuration names as `publisherKey`. */
  readonly publicKeyPem: string;
}

/**
 * Returns the publisher's keys of a data directory, made there at first use (0600).
 *
 * @throws UsageError `SECRET_FILE_UNSAFE`, `PUBLISHER_KEY_INVALID`
 */
export async function loadPublisherKeys(dataDirectory: string): Promise<PublisherKeys> {
  const path = join(dataDirectory, "publisher", "key.pem");
  const pem = await readOrCreateSecretFile(path, () =>
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      format: "pem",
      type: "pkcs8",
    }),
  );
  return importPublisherKeys(pem, path);
}

/**
 * Returns the publisher's keys of a private key: P-256, PKCS#8 in PEM.
 *
 * @param origin - where the key is from, for the error
 * @throws UsageError `PUBLISHER_KEY_INVALID`
 */
export async function importPublisherKeys(pem: string, origin: string): Promise<PublisherKeys> {
  const privateKey = readPrivateKey(pem, origin);
  const publicObject = createPublicKey(privateKey);
  const pkcs8 = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  const spki = new Uint8Array(publicObject.export({ format: "der", type: "spki" }));
  return {
    publisher: {
      keyId: await publisherKeyId(spki),
      key: await nodeCryptography.importSigningKey(pkcs8),
    },
    publicKey: await importPublisherPublicKey(spki, nodeCryptography),
    publicKeyPem: publicObject.export({ format: "pem", type: "spki" }),
  };
}

/**
 * Returns an app's pseudonym key of a data directory, made there at first use (0600).
 *
 * @throws UsageError `SECRET_FILE_UNSAFE`, `PSEUDONYM_KEY_INVALID`
 */
export async function loadPseudonymKey(dataDirectory: string, app: string): Promise<Bytes> {
  const path = join(dataDirectory, "publisher", `${app}.pseudonym-key`);
  const text = await readOrCreateSecretFile(
    path,
    () => `${randomBytes(PSEUDONYM_KEY_BYTES).toString("base64")}\n`,
  );
  return parsePseudonymKey(text, path);
}

/**
 * Reads a pseudonym key: 32 bytes in base64.
 *
 * @param origin - where the key is from, for the error
 * @throws UsageError `PSEUDONYM_KEY_INVALID`
 */
export function parsePseudonymKey(text: string, origin: string): Bytes {
  const key = new Uint8Array(Buffer.from(text, "base64"));
  if (key.length === PSEUDONYM_KEY_BYTES) return key;
  throw new UsageError(
    "PSEUDONYM_KEY_INVALID",
    `${origin}: expected ${PSEUDONYM_KEY_BYTES} bytes in base64; restore it from a backup, for with another key every subscriber is a stranger`,
  );
}

/** The cause stays behind: it may quote what was given. */
function readPrivateKey(pem: string, origin: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  throw new UsageError(
    "PUBLISHER_KEY_INVALID",
    `${origin}: expected a P-256 private key in PEM; make one with \`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256\``,
  );
}
