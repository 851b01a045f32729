import { readCatalogStanding } from "../catalog/catalog-standing.ts";
import type { CatalogStanding } from "../catalog/catalog-standing.ts";
import { readAllLosses } from "../decisions/senders/read-losses.ts";
import type { PlaceLosses } from "../decisions/senders/read-losses.ts";
import { listRuntimes } from "../distribution/runtimes.ts";
import type { ReportedRuntime } from "../distribution/runtimes.ts";
import { listDueJobs } from "../jobs/due-jobs.ts";
import type { DueJobs } from "../jobs/due-jobs.ts";
import { liveSequences } from "../publishing/publications.ts";
import type { PublicationPlace } from "../publishing/publishing-means.ts";
import { stopListSequences } from "../publishing/stop-lists.ts";
import { readQueueStandings } from "../statuses/queue-standing.ts";
import type { QueueStanding } from "../statuses/queue-standing.ts";
import type { Queries } from "../storage/index.ts";
import { countDeliveries } from "../webhooks/count-deliveries.ts";
import type { DeliveryCounts } from "../webhooks/count-deliveries.ts";

/** A sequence of an app and environment. */
export interface PlaceSequence extends PublicationPlace {
  readonly sequence: number;
}

/** What the database holds that a scrape shows. */
export interface ControlState {
  readonly dueJobs: readonly DueJobs[];
  readonly live: readonly PlaceSequence[];
  readonly stopLists: readonly PlaceSequence[];
  /** Those that still report. */
  readonly runtimes: readonly ReportedRuntime[];
  readonly catalog: CatalogStanding;
  readonly deliveries: DeliveryCounts;
  /** Where Apple was ever asked for statuses. */
  readonly statusQueues: readonly QueueStanding[];
  /** Of the last seven days. */
  readonly losses: readonly PlaceLosses[];
}

/** How far back losses are shown, ms: 7 days. */
const LOSSES_MS = 7 * 86_400_000;

/** More runtimes than that are not looked at: their numbers would be wrong, and nobody has them. */
const MAX_RUNTIMES = 10_000;

/**
 * Returns the state at `now`, ms since 1970.
 *
 * Throws what the database throws.
 */
export async function readControlState(queries: Queries, now: number): Promise<ControlState> {
  return {
    dueJobs: await listDueJobs(queries, now),
    live: await liveSequences(queries),
    stopLists: await stopListSequences(queries),
    runtimes: await listRuntimes(queries, { apps: "all", limit: MAX_RUNTIMES, now }),
    catalog: await readCatalogStanding(queries),
    deliveries: await countDeliveries(queries),
    statusQueues: await readQueueStandings(queries),
    losses: await readAllLosses(queries, now - LOSSES_MS),
  };
}
