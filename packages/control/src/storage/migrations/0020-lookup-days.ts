import type { Migration } from "../migrate/migration.ts";

/** To be filled in. */
export const lookupDays: Migration = {
  version: 20,
  name: "lookup-days",
  oldestSupportedCode: 1,
  statements: () => [],
};
