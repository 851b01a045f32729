import type { Database, IdSource } from "../storage/index.ts";
import type { FindSubscriptionIds } from "../subscribers/index.ts";

/** What the feature needs. */
export interface StatusesFeatureOptions {
  readonly database: Database;
  readonly ids: IdSource;
  readonly idsOf: FindSubscriptionIds;
}
