import type { Clock } from "../clock/clock.ts";
import { DEFAULT_CACHE_TTL_SECONDS, type KvEntry, MIN_CACHE_TTL_SECONDS } from "./kv-limits.ts";
import type { KvNamespace } from "./kv-namespace.ts";

/** What is read in a location, and where it came from. */
interface LocationRead {
  readonly entry: KvEntry | undefined;
  readonly from: "cache" | "store";
}

/** A namespace as a location of Cloudflare's network shows it. */
export interface KvLocation {
  /** Reads a key; `cacheTtlSeconds` as the Worker asked. */
  read(key: string, cacheTtlSeconds?: number): LocationRead;
  /** Writes or deletes from here; false when the key was written within this second. */
  write(key: string, entry: KvEntry | undefined): boolean;
  /** Returns what can be seen here, in the order of the keys' bytes. A list is not cached. */
  entries(): ReadonlyMap<string, KvEntry>;
}

/** What a location lives by. */
export interface LocationWorld {
  readonly clock: Clock;
  /** What the times of the cache are multiplied by; `undefined` caches nothing. */
  readonly cacheScale: number | undefined;
}

/**
 * Returns what a location shows: what it has read it keeps for the time the Worker asks, at least 30 s and
 * by default 60 s, and that there was no value just as well. Cloudflare may refresh what is read often
 * before; here that never happens, which is the slowest it can be.
 *
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/
 * @see https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter
 */
export function createKvLocation(
  namespace: KvNamespace,
  name: string,
  { clock, cacheScale }: LocationWorld,
): KvLocation {
  const cached = new Map<string, { readonly entry: KvEntry | undefined; readonly until: number }>();
  return {
    read(key, cacheTtlSeconds = DEFAULT_CACHE_TTL_SECONDS) {
      const now = clock.now();
      const known = cached.get(key);
      if (known !== undefined && now < known.until) return { entry: known.entry, from: "cache" };
      const entry = namespace.read(key, name);
      if (cacheScale !== undefined) {
        const ttlMs = Math.max(cacheTtlSeconds, MIN_CACHE_TTL_SECONDS) * 1000 * cacheScale;
        cached.set(key, { entry, until: now + ttlMs });
      }
      return { entry, from: "store" };
    },
    write(key, entry) {
      const isWritten = namespace.write(key, entry, name);
      if (isWritten) cached.delete(key);
      return isWritten;
    },
    entries: () => namespace.entries(name),
  };
}
