import type { Migration } from "../migrate/migration.ts";

/** To be filled in. */
export const workerStates: Migration = {
  version: 19,
  name: "worker-states",
  oldestSupportedCode: 1,
  statements: () => [],
};
