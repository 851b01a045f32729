import type { Migration } from "../migrate/migration.ts";

/** To be filled in. */
export const workers: Migration = {
  version: 18,
  name: "workers",
  oldestSupportedCode: 1,
  statements: () => [],
};
