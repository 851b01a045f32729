import type { SubscriberStore } from "../ports/subscribers.ts";
import { subscriberKey } from "../wire/kv-layout.ts";
import { parseSubscriberState } from "../wire/subscriber-state.ts";
import { KV_CACHE_SECONDS } from "./platform.ts";
import type { KvNamespace } from "./platform.ts";

/** The bound on one lookup of subscriber state, by default, ms: a value that no location near has is read from afar. */
export const DEFAULT_KV_LOOKUP_MS = 200;

/**
 * Returns a store that reads KV. The id in the key is the pseudonym.
 *
 * `find` throws SyntaxError, WireError `WIRE_MALFORMED` for a value that is no state, and what KV throws.
 */
export function createKvSubscribers(kv: Pick<KvNamespace, "get">): SubscriberStore {
  return {
    async find({ pseudonym, ...place }) {
      const text = await kv.get(subscriberKey(place, pseudonym), { cacheTtl: KV_CACHE_SECONDS });
      return text === null ? undefined : parseSubscriberState(JSON.parse(text));
    },
  };
}
