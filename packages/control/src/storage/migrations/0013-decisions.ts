import type { Migration } from "../migrate/migration.ts";

/** Decisions, and how many there were of which. */
export const decisions: Migration = {
  version: 13,
  name: "decisions",
  oldestSupportedCode: 1,
  statements: () => [],
};
