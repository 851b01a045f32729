import type { Migration } from "../migrate/migration.ts";

/** To be filled in. */
export const revocations: Migration = {
  version: 21,
  name: "revocations",
  oldestSupportedCode: 1,
  statements: () => [],
};
