import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf } from "./json-body.ts";
import { assertEntry, assertKey, expirationOf, type KvEntry, MAX_BULK_ITEMS } from "./kv-limits.ts";
import type { KvNamespace } from "./kv-namespace.ts";

/** What a bulk call did. @see https://developers.cloudflare.com/kv/platform/changelog/ (2024-11-14) */
export interface BulkResult {
  readonly successful_key_count: number;
  readonly unsuccessful_keys: readonly string[];
}

/** A write that waits to be done. */
export interface BulkWrite {
  readonly key: string;
  readonly entry: KvEntry | undefined;
}

/** Returns what a `PUT bulk` writes; throws what is refused, of any pair for the whole call. */
export function parsePairs(body: unknown, nowMs: number): readonly BulkWrite[] {
  return parseItems(body).map((item) => {
    const { key, value, base64, metadata, expiration, expiration_ttl: ttl } = membersOf(item);
    if (typeof key !== "string" || typeof value !== "string") {
      throw REFUSALS.invalid("a key and a value are required for each pair");
    }
    const wanted = { at: asNumber(expiration), ttl: asNumber(ttl) };
    const entry = {
      value: new Uint8Array(Buffer.from(value, base64 === true ? "base64" : "utf8")),
      metadata,
      expiration: expirationOf(wanted, nowMs),
    };
    assertKey(key);
    assertEntry(entry);
    return { key, entry };
  });
}

/** Returns what a `POST bulk/delete` deletes; throws what is refused. */
export function parseDeletions(body: unknown): readonly BulkWrite[] {
  return parseItems(body).map((key) => {
    if (typeof key !== "string") throw REFUSALS.invalid("a key must be a text");
    assertKey(key);
    return { key, entry: undefined };
  });
}

/**
 * Carries a bulk call out but for its first `failing` keys. UNCONFIRMED: a key that was written within this
 * second, or that the call names twice, is told among those that failed; Cloudflare says only that it takes one
 * write a second.
 */
export function writeAll(
  namespace: KvNamespace,
  writes: readonly BulkWrite[],
  failing: number,
): BulkResult {
  const failed = writes.filter(
    ({ key, entry }, index) => index < failing || !namespace.write(key, entry),
  );
  return {
    successful_key_count: writes.length - failed.length,
    unsuccessful_keys: failed.map(({ key }) => key),
  };
}

function parseItems(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw REFUSALS.invalid("expected an array");
  if (body.length > MAX_BULK_ITEMS) {
    throw REFUSALS.invalid(`expected at most ${MAX_BULK_ITEMS} items, got ${body.length}`);
  }
  return body;
}

function asNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw REFUSALS.invalid("expiration must be a number");
  return value;
}
