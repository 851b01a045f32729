import { REFUSALS } from "./cloudflare-error.ts";

/**
 * What Workers KV takes.
 *
 * @see https://developers.cloudflare.com/kv/platform/limits/
 * @see https://developers.cloudflare.com/kv/api/write-key-value-pairs/
 */
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 25 * 1024 * 1024;
const MAX_METADATA_BYTES = 1024;
const MIN_EXPIRATION_SECONDS = 60;
/** Pairs or keys of one bulk call. */
export const MAX_BULK_ITEMS = 10_000;
/** Bytes of one bulk call: it must have less. */
export const MAX_BULK_BYTES = 100_000_000;
/** Keys of one bulk read. */
export const MAX_BULK_READ = 100;
/** Keys of one page of a list. */
export const MAX_LIST_KEYS = 1000;
/** One write of a key a second. */
export const WRITE_INTERVAL_MS = 1000;
/** The shortest a value, or that there is none, is kept where it was read. */
export const MIN_CACHE_TTL_SECONDS = 30;
/** How long it is kept unless asked otherwise. */
export const DEFAULT_CACHE_TTL_SECONDS = 60;

/** A value as it is kept. */
export interface KvEntry {
  readonly value: Uint8Array<ArrayBuffer>;
  /** JSON; undefined without any. */
  readonly metadata?: unknown;
  /** Seconds since 1970; undefined for ever. */
  readonly expiration?: number | undefined;
}

/** When a value is to end, as it was asked for. */
export interface WantedExpiration {
  /** Seconds since 1970. */
  readonly at?: number | undefined;
  /** Seconds from now; goes before `at`. */
  readonly ttl?: number | undefined;
}

/** Throws what is refused of a key. */
export function assertKey(key: string): void {
  if (key === "" || key === "." || key === "..") {
    throw REFUSALS.invalid("key names must not be empty, . or ..");
  }
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    throw REFUSALS.keyTooLong(`key length of ${bytes} exceeds limit of ${MAX_KEY_BYTES}`);
  }
}

/** Throws what is refused of a value and its metadata. */
export function assertEntry({ value, metadata }: KvEntry): void {
  if (value.length > MAX_VALUE_BYTES) {
    throw REFUSALS.tooLarge(`value length of ${value.length} exceeds limit of ${MAX_VALUE_BYTES}`);
  }
  const bytes = metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > MAX_METADATA_BYTES) {
    throw REFUSALS.tooLarge(`metadata length of ${bytes} exceeds limit of ${MAX_METADATA_BYTES}`);
  }
}

/** Returns when a value ends, in seconds since 1970; undefined for never. Throws what is refused. */
export function expirationOf(wanted: WantedExpiration, nowMs: number): number | undefined {
  const now = Math.floor(nowMs / 1000);
  const at = wanted.ttl === undefined ? wanted.at : now + wanted.ttl;
  if (at === undefined) return undefined;
  if (!Number.isSafeInteger(at) || at < now + MIN_EXPIRATION_SECONDS) {
    throw REFUSALS.invalid(
      `expiration must be at least ${MIN_EXPIRATION_SECONDS} seconds from now`,
    );
  }
  return at;
}

/** Returns what a bulk read has of a value: its text, or the JSON in it. Throws what is refused. */
export function valueAs(type: unknown, { value }: KvEntry): unknown {
  const text = new TextDecoder().decode(value);
  if (type !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw REFUSALS.invalid("at least one of the requested keys corresponds to a non-json value");
  }
}
