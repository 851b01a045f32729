import { findApp } from "../apps/index.ts";
import { readFlowCatalog, readReviewStates } from "../catalog/index.ts";
import type { Queries } from "../storage/index.ts";
import type { FlowFacts } from "./flow-means.ts";

/** Returns what the other features know of apps, as it is in the database at each question. */
export function databaseFacts(queries: Queries): FlowFacts {
  return {
    app: (app) => findApp(queries, app),
    catalog: (app) => readFlowCatalog(queries, app),
    reviewStates: (app, environment) => readReviewStates(queries, { app, environment }),
  };
}
