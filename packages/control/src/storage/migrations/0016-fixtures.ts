import type { Migration } from "../migrate/migration.ts";

/** Captured requests, and what checking them found. */
export const fixtures: Migration = {
  version: 16,
  name: "fixtures",
  oldestSupportedCode: 1,
  statements: () => [],
};
