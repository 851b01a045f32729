import type { LivePublication } from "../ports/publications.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createLiveSlot } from "../publications/live-slot.ts";
import type { SlotEvent } from "../publications/live-slot.ts";
import type { OpeningMeans } from "../publications/open-live-value.ts";
import { liveKey, stopListKey } from "../wire/kv-layout.ts";
import { createKvCopy } from "./kv-copy.ts";
import type { KvReader } from "./kv-reader.ts";
import type { KvNamespace } from "./platform.ts";

/** What is live for one app in one environment, as KV has it. */
export interface PlacePublication {
  readonly live: () => LivePublication | undefined;
  /** Why the newest of its values is not in use; a code. */
  readonly problem: () => string | undefined;
  /** Reads both values and takes over what has changed; rejects when one of them could not be read. */
  readonly read: (kv: KvNamespace) => Promise<void>;
  /** How much it keeps in memory, in characters of what was published. */
  readonly size: () => number;
}

/** Returns a place where nothing is live yet. */
export function createPlacePublication(
  config: AppConfig,
  means: OpeningMeans & {
    readonly reader: KvReader;
    readonly tell: (event: SlotEvent) => void;
  },
): PlacePublication {
  const { reader, tell } = means;
  const slot = createLiveSlot(config, means, tell);
  const onRefused = (error: unknown): void => tell({ kind: "refused", error });
  const copies = {
    live: createKvCopy(slot.acceptLive, onRefused),
    stopList: createKvCopy(slot.acceptStopList, onRefused),
  };
  let isStopListKnown = false;
  return {
    live: slot.live,
    problem: () => copies.live.problem() ?? copies.stopList.problem(),
    async read(kv) {
      const [stopList, live] = await Promise.allSettled([
        reader.read(kv, stopListKey(config)),
        reader.read(kv, liveKey(config)),
      ]);
      if (stopList.status === "fulfilled") {
        await copies.stopList.offer(stopList.value);
        // One that is there and cannot be read stops something, and who begins has no older one to go by.
        isStopListKnown ||= copies.stopList.problem() === undefined;
      }
      // Nothing goes live before it is known what must not be sent.
      if (live.status === "fulfilled" && isStopListKnown) await copies.live.offer(live.value);
      for (const result of [stopList, live]) if (result.status === "rejected") throw result.reason;
    },
    size: () => copies.live.size() + copies.stopList.size(),
  };
}
