import { KV_CACHE_SECONDS } from "./platform.ts";
import type { KvNamespace } from "./platform.ts";

/** Reads values of KV, and remembers whether that works. */
export interface KvReader {
  /** Returns a value, or undefined where there is none; rejects as KV does. */
  read(kv: KvNamespace, key: string): Promise<string | undefined>;
  /** For health: `ready`, or that the last read failed. */
  state(): string;
}

/** Returns a reader. Until something fails it is ready. */
export function createKvReader(): KvReader {
  let isFailing = false;
  return {
    async read(kv, key) {
      try {
        const value = await kv.get(key, { cacheTtl: KV_CACHE_SECONDS });
        isFailing = false;
        return value ?? undefined;
      } catch (error) {
        isFailing = true;
        throw error;
      }
    },
    state: () => (isFailing ? "the last read failed" : "ready"),
  };
}
