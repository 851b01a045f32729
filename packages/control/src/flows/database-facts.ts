import { findApp } from "../apps/index.ts";
import { readFlowCatalog, readReviewStates } from "../catalog/index.ts";
import { recentKnownShares } from "../decisions/known-shares.ts";
import type { Queries } from "../storage/index.ts";
import type { FlowFacts } from "./flow-means.ts";

/**
 * Returns what the other features know of apps, as it is in the database at each question.
 *
 * @param now - milliseconds since 1970; default the system's clock
 */
export function databaseFacts(queries: Queries, now: () => number = Date.now): FlowFacts {
  return {
    app: (app) => findApp(queries, app),
    catalog: (app) => readFlowCatalog(queries, app),
    reviewStates: (app, environment) => readReviewStates(queries, { app, environment }),
    knownShares: (app, environment) => recentKnownShares(queries, { app, environment }, now()),
  };
}
