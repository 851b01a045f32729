import type { Migration } from "../migrate/migration.ts";

/** What sequences count from after a restore. */
export const sequenceFloor: Migration = {
  version: 9,
  name: "sequence-floor",
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable("sequence_floor")
      .addColumn("id", types.integer, (column) => column.primaryKey().notNull())
      .addColumn("sequence", types.integer, (column) => column.notNull()),
  ],
};
