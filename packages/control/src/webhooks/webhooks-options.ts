import type { Database, IdSource } from "../storage/index.ts";
import type { AttemptMeans } from "./attempt-delivery.ts";

/** What the operations on webhooks need. */
export interface WebhooksFeatureOptions extends AttemptMeans {
  readonly database: Database;
  readonly ids: IdSource;
}
