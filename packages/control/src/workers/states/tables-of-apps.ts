import type { TableOfApps } from "../../storage/index.ts";

/** What is stored here of an app's subscribers, and does not go with the app by itself. */
export const WORKER_STATE_TABLES = [
  "worker_state_marks",
  "worker_state_times",
] as const satisfies readonly TableOfApps[];
