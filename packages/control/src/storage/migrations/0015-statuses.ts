import type { Migration } from "../migrate/migration.ts";

/** Statuses that are to be fetched, and imports of subscribers. */
export const statuses: Migration = {
  version: 15,
  name: "statuses",
  oldestSupportedCode: 1,
  statements: () => [],
};
