import type { Migration } from "../migrate/migration.ts";

/** To be filled in. */
export const decisionExports: Migration = {
  version: 22,
  name: "decision-exports",
  oldestSupportedCode: 1,
  statements: () => [],
};
