import { encodeBase64Url } from "@holdfast/appstore/crypto";
import type { MaybePromise } from "@holdfast/appstore/crypto";
import type { HmacKey } from "../ports/cryptography.ts";

const encoder = new TextEncoder();

/**
 * Returns a subscription's pseudonym: HMAC-SHA-256 of originalTransactionId under the app's
 * pseudonym key, base64url. Lookups, logs and records use it in place of the id.
 */
export function pseudonymOf(key: HmacKey, originalTransactionId: string): MaybePromise<string> {
  const code = key.mac(encoder.encode(originalTransactionId));
  return code instanceof Promise ? code.then(encodeBase64Url) : encodeBase64Url(code);
}
