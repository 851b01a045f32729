import { KV_CACHE_SECONDS } from "./platform.ts";
import type { KvNamespace } from "./platform.ts";

/** Reads values of KV, and remembers whether that works. */
export interface KvReader {
  /** Returns a value, or undefined where there is none; rejects as KV does. */
  read(kv: KvNamespace, key: string): Promise<string | undefined>;
  /** For health: `ready`, or that the last read failed or has no answer. */
  state(): string;
}

/** A read that takes longer, in ms, is told of. */
const SILENT_MS = 5000;

/**
 * Returns a reader. Until something fails, or takes long, it is ready.
 *
 * @param now - milliseconds since 1970
 */
export function createKvReader(now: () => number): KvReader {
  let isFailing = false;
  /** Since when nothing was heard of what was asked; a read may never end. */
  let silentSince: number | undefined;
  return {
    async read(kv, key) {
      silentSince ??= now();
      try {
        const value = await kv.get(key, { cacheTtl: KV_CACHE_SECONDS });
        isFailing = false;
        return value ?? undefined;
      } catch (error) {
        isFailing = true;
        throw error;
      } finally {
        silentSince = undefined;
      }
    },
    state() {
      if (isFailing) return "the last read failed";
      const isSilent = silentSince !== undefined && now() - silentSince > SILENT_MS;
      return isSilent ? "the last read has no answer" : "ready";
    },
  };
}
