import { UsageError } from "@holdfast/appstore/errors";

/** Pairs, or keys to delete, that a call may hold. @see https://developers.cloudflare.com/kv/api/write-key-value-pairs/ */
const MAX_ITEMS = 10_000;

/** Bytes a bulk call may have: “the entire request size must be less than 100 megabytes”. */
const MAX_BODY_BYTES = 100_000_000 - 1;

/** UTF-8 bytes of a key. @see https://developers.cloudflare.com/kv/platform/limits/ */
const MAX_KEY_BYTES = 512;

/** UTF-8 bytes of a value: 25 MiB. */
const MAX_VALUE_BYTES = 25 * 1024 * 1024;

/** A key and its value. */
export interface KvPair {
  /** At most 512 bytes. */
  readonly key: string;
  /** At most 25 MiB. */
  readonly value: string;
}

/** What one bulk call writes or deletes. */
export interface Slice {
  /** The keys in it, each once. */
  readonly keys: readonly string[];
  /** The JSON array that is sent, in UTF-8, of these keys alone or of all. */
  body(only?: ReadonlySet<string>): Uint8Array<ArrayBuffer>;
}

/**
 * Returns pairs in as few slices as the API's two limits allow, in their order. Of pairs with one key
 * the last is taken.
 *
 * @throws UsageError `KV_KEY_INVALID`, `KV_PAIR_TOO_LARGE` before anything is sent
 */
export function slicePairs(pairs: readonly KvPair[]): readonly Slice[] {
  const latest = new Map(pairs.map(({ key, value }) => [key, value]));
  return slice(
    [...latest].map(([key, value]) => {
      assertKey(key);
      if (isLonger(value, MAX_VALUE_BYTES)) throw tooLarge("a longer value");
      return { key, json: encoder.encode(JSON.stringify({ key, value })) };
    }),
  );
}

/**
 * Returns keys in as few slices as the API's limits allow, each key once.
 *
 * @throws UsageError `KV_KEY_INVALID`, `KV_PAIR_TOO_LARGE` before anything is sent
 */
export function sliceKeys(keys: readonly string[]): readonly Slice[] {
  return slice(
    [...new Set(keys)].map((key) => {
      assertKey(key);
      return { key, json: encoder.encode(JSON.stringify(key)) };
    }),
  );
}

interface Item {
  readonly key: string;
  readonly json: Uint8Array;
}

const encoder = new TextEncoder();

/** The bracket at the end; before each item there is a comma, or the other bracket. */
const END_BYTES = 1;

function slice(items: readonly Item[]): readonly Slice[] {
  const slices: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const added = item.json.length + 1;
    if (END_BYTES + added > MAX_BODY_BYTES) {
      throw tooLarge(`a pair of ${added} bytes as JSON, which no call takes`);
    }
    const current = slices.at(-1);
    if (current === undefined || current.length >= MAX_ITEMS || bytes + added > MAX_BODY_BYTES) {
      slices.push([item]);
      bytes = END_BYTES + added;
    } else {
      current.push(item);
      bytes += added;
    }
  }
  return slices.map(toSlice);
}

function toSlice(items: readonly Item[]): Slice {
  return {
    keys: items.map(({ key }) => key),
    body: (only) => join(only === undefined ? items : items.filter(({ key }) => only.has(key))),
  };
}

function join(items: readonly Item[]): Uint8Array<ArrayBuffer> {
  const size = items.reduce((sum, { json }) => sum + json.length + 1, END_BYTES);
  const body = new Uint8Array(size);
  let at = 0;
  for (const { json } of items) {
    body[at] = (at === 0 ? "[" : ",").charCodeAt(0);
    body.set(json, at + 1);
    at += json.length + 1;
  }
  body[at] = "]".charCodeAt(0);
  return body;
}

/**
 * Checks what a key must be.
 *
 * @throws UsageError `KV_KEY_INVALID` for a key that is empty, `.` or `..`, `KV_PAIR_TOO_LARGE` for one
 *   of more than 512 bytes
 * @see https://developers.cloudflare.com/kv/api/write-key-value-pairs/
 */
export function assertKey(key: string): void {
  if (["", ".", ".."].includes(key)) {
    throw new UsageError(
      "KV_KEY_INVALID",
      `expected a key other than “”, “.” and “..”, got “${key}”`,
    );
  }
  if (isLonger(key, MAX_KEY_BYTES)) throw tooLarge("a longer key");
}

/** Tells whether a text has more bytes in UTF-8; a unit of UTF-16 takes three at most. */
function isLonger(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && encoder.encode(text).length > maxBytes;
}

function tooLarge(what: string): UsageError<"KV_PAIR_TOO_LARGE"> {
  return new UsageError(
    "KV_PAIR_TOO_LARGE",
    `expected keys of at most ${MAX_KEY_BYTES} bytes and values of at most ${MAX_VALUE_BYTES}, got ${what}`,
  );
}
