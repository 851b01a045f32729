import type { Migration } from "../migrate/migration.ts";

/** What is known of subscribers. */
export const subscribers: Migration = {
  version: 12,
  name: "subscribers",
  oldestSupportedCode: 1,
  statements: () => [],
};
