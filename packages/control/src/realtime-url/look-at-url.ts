import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import { callApple, readServedApp } from "../catalog/index.ts";
import type { ContentPlace } from "../catalog/index.ts";
import type { RealtimeUrlMeans } from "./realtime-url-means.ts";
import { recordSeenUrl } from "./record-seen-url.ts";
import { whileAlone } from "./while-alone.ts";

/** When a look is taken, and what ends it. */
export interface LookOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Returns the URL that Apple has, null where there is none, and takes over what is new of it. While somebody
 * else changes it, it is only looked at.
 *
 * @throws ApiRefusal `NOT_FOUND`, `APPLE_REFUSED`, `APPLE_UNREACHABLE`; `CONFLICT` without an In-App
 *   Purchase key
 */
export async function lookAtUrl(
  means: RealtimeUrlMeans,
  place: ContentPlace,
  { now, signal }: LookOptions,
): Promise<string | null> {
  const { database } = means;
  const app = await readServedApp(database.queries, place);
  return callApple(means, { app, environment: place.environment }, (client) =>
    whileAlone(database, place, {
      waitMs: 0,
      async act(lost) {
        const url = await findRealtimeUrl(client, { signal: AbortSignal.any([signal, lost]) });
        await recordSeenUrl(means, place, { url, seenAt: now });
        return url;
      },
      otherwise: () => findRealtimeUrl(client, { signal }),
    }),
  );
}
