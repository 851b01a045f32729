import type { Migration } from "../migrate/migration.ts";

/** Which days of decisions were written to an object store. */
export const decisionExports: Migration = {
  version: 22,
  name: "decision-exports",
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable("decision_exports")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("day", types.integer, (column) => column.notNull())
      .addColumn("counted", types.integer, (column) => column.notNull())
      .addColumn("erasures", types.integer, (column) => column.notNull())
      .addColumn("erasures_written", types.integer, (column) => column.notNull())
      .addColumn("rows", types.integer, (column) => column.notNull())
      .addColumn("files", types.integer, (column) => column.notNull())
      .addColumn("bytes", types.integer, (column) => column.notNull())
      .addColumn("exported_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("decision_exports_key", ["app", "environment", "day"]),
  ],
};
