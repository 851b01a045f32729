import type { Migration } from "../migrate/migration.ts";

/** What subscribers did after what they were answered. */
export const outcomes: Migration = {
  version: 14,
  name: "outcomes",
  oldestSupportedCode: 1,
  statements: () => [],
};
