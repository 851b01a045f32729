import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Where Workers find what is live, and what was written there. */
export const workers: Migration = {
  version: 18,
  name: "workers",
  oldestSupportedCode: 1,
  statements: ({ schema, types, createTable }) => [
    createTable("workers_targets")
      .addColumn("app", types.text, (column) =>
        column.primaryKey().notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("id", types.text, required)
      .addColumn("account_id", types.text, required)
      .addColumn("namespace_id", types.text, required)
      .addColumn("connected_at", types.integer, required),
    createTable("workers_values")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("workers_targets.app").onDelete("cascade"),
      )
      .addColumn("kind", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("tag", types.text)
      .addColumn("digest", types.text)
      .addColumn("sequence", types.integer)
      .addColumn("written_at", types.integer)
      .addColumn("check_at", types.integer)
      .addColumn("failing_since", types.integer)
      .addColumn("attempts", types.integer, required)
      .addColumn("problem", types.text)
      .addColumn("next_at", types.integer)
      .addPrimaryKeyConstraint("workers_values_key", ["app", "kind", "environment"]),
    schema
      .createIndex("workers_values_due")
      .on("workers_values")
      .columns(["next_at"])
      .where(sql.ref("next_at"), "is not", null),
    schema
      .createIndex("workers_values_to_check")
      .on("workers_values")
      .columns(["check_at"])
      .where(sql.ref("check_at"), "is not", null),
  ],
};
