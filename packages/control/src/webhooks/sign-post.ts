import { createHmac, randomBytes } from "node:crypto";
import type { Bytes } from "@holdfast/appstore/crypto";

/** How long a webhook's key is: the specification asks for 24 to 64 bytes. */
const KEY_BYTES = 32;

/** What marks the text of a key. */
const SECRET_PREFIX = "whsec_";

/** A message as it is signed. */
export interface SignedPost {
  /** The same at every attempt; without a full stop, which separates what is signed. */
  readonly id: string;
  readonly body: string;
  /** The time of the attempt, ms since 1970. */
  readonly at: number;
}

/** Returns a new key for a webhook. */
export function newWebhookKey(): Bytes {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/** Returns a webhook's key as receivers' libraries take it. */
export function secretTextOf(key: Bytes): string {
  return SECRET_PREFIX + Buffer.from(key).toString("base64");
}

/**
 * Returns the headers a receiver verifies a post by: HMAC-SHA-256 over its id, the time of the attempt in
 * seconds and its body.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signPost(
  { id, body, at }: SignedPost,
  key: Bytes,
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
