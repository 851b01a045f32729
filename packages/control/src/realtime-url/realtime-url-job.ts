import { ApiRefusal } from "@holdfast/api/server";
import { keyedPlaces } from "../catalog/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { lookAtUrl } from "./look-at-url.ts";
import { REALTIME_URL_JOB } from "./realtime-url-means.ts";
import type { RealtimeUrlMeans } from "./realtime-url-means.ts";

/** How often Apple is asked, ms: 12 of the 360 calls an hour that it allows in the sandbox. */
const EVERY_MS = 5 * 60_000;

/** What the job works with. */
export interface RealtimeUrlJobOptions extends RealtimeUrlMeans {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/**
 * Returns the job that asks Apple for the URL of every app with a key, in every environment it is served
 * in: it finds what was changed elsewhere, and how a change ended that was cut off.
 */
export function realtimeUrlJob({ now = Date.now, ...means }: RealtimeUrlJobOptions): JobKind {
  return {
    name: REALTIME_URL_JOB,
    everyMs: EVERY_MS,
    async run({ signal }) {
      for (const { app, environment } of await keyedPlaces(means.database.queries)) {
        signal.throwIfAborted();
        try {
          await lookAtUrl(means, { app, environment }, { now: now(), signal });
        } catch (error) {
          // One app's Apple does not answer, or its key is gone by now: the next turn sees.
          if (signal.aborted || !(error instanceof ApiRefusal)) throw error;
        }
      }
    },
  };
}
