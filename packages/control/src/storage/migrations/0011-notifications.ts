import type { Migration } from "../migrate/migration.ts";

/** Notifications of the App Store, and where they are forwarded to. */
export const notifications: Migration = {
  version: 11,
  name: "notifications",
  oldestSupportedCode: 1,
  statements: () => [],
};
