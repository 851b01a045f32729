import type { Migration } from "../migrate/migration.ts";

/** Apps that were deleted, while there is still something of them to delete. */
export const clearedApps: Migration = {
  version: 17,
  name: "cleared-apps",
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable("app_clearances")
      .addColumn("app", types.text, (column) => column.primaryKey().notNull())
      .addColumn("deleted_at", types.integer, (column) => column.notNull()),
  ],
};
