import { randomBytes } from "node:crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { PSEUDONYM_KEY_BYTES } from "@holdfast/runtime/keys";
import { openSecret } from "../secrets/index.ts";
import type { Keyring, SealedSecret, SecretBinding } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";

/** Returns what an app's pseudonym key is bound to; there is one for good, so its id never changes. */
export function pseudonymKeyBinding(app: string): SecretBinding {
  return { app, environment: "both", purpose: "pseudonymKey", keyId: "1" };
}

/** Returns a new pseudonym key for an app, sealed. */
export async function sealNewPseudonymKey(app: string, keyring: Keyring): Promise<SealedSecret> {
  const key = new Uint8Array(randomBytes(PSEUDONYM_KEY_BYTES));
  return keyring.seal(key, pseudonymKeyBinding(app));
}

/**
 * Returns an app's pseudonym key, 32 bytes. Made with the app and never rotated: under another every
 * subscriber would be a stranger.
 *
 * Throws SECRET_NOT_FOUND, SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN.
 */
export function readPseudonymKey(queries: Queries, keyring: Keyring, app: string): Promise<Bytes> {
  return openSecret(queries, keyring, pseudonymKeyBinding(app));
}
