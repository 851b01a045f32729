import { OUTCOME_TABLES } from "../outcomes/index.ts";
import type { TableOfApps } from "../storage/index.ts";
import { SUBSCRIBER_TABLES } from "../subscribers/index.ts";
import { WORKER_STATE_TABLES } from "../workers/states/index.ts";

/**
 * The tables that may hold millions of rows of an app, and do not refer to it: those of a deleted app are
 * cleared after it. In the order of `SubscriptionStreams`, but what came first of all comes last here, for
 * nobody who holds it waits for anything else of a deleted app.
 */
export const LARGE_TABLES: readonly TableOfApps[] = [
  ...SUBSCRIBER_TABLES,
  ...WORKER_STATE_TABLES,
  ...OUTCOME_TABLES,
  "wanted_statuses",
  "decisions",
  "notifications",
];
