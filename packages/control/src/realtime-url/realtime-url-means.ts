import type { AppleClients } from "../keys/index.ts";
import type { Database, IdSource } from "../storage/index.ts";

/** What the real-time URL is read and changed with. */
export interface RealtimeUrlMeans {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Makes the ids of changes. */
  readonly ids: IdSource;
}

/** What changes of the URL are announced under; the change's subject is its id. */
export const REALTIME_URL_TOPIC = "realtime-url.changed";

/** The job that looks after the URL, and who the audit log names for what it finds. */
export const REALTIME_URL_JOB = "apple.realtime-url";
