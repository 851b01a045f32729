import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Which subscriber states are to be written where Workers read them. */
export const workerStates: Migration = {
  version: 19,
  name: "worker-states",
  oldestSupportedCode: 1,
  statements: ({ schema, types, createTable }) => [
    createTable("worker_state_marks")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("id", types.text, required)
      .addColumn("owner", types.text, required)
      .addColumn("kind", types.text, required)
      .addPrimaryKeyConstraint("worker_state_marks_key", ["app", "environment", "id"]),
    createTable("worker_state_times")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("changes_at", types.integer, required)
      .addPrimaryKeyConstraint("worker_state_times_key", ["app", "environment", "pseudonym"]),
    schema
      .createIndex("worker_state_times_due")
      .on("worker_state_times")
      .columns(["app", "environment", "changes_at"]),
    createTable("worker_state_places")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("workers_targets.app").onDelete("cascade"),
      )
      .addColumn("environment", types.text, required)
      .addColumn("begun_at", types.integer, required)
      .addColumn("fill_from", types.text)
      .addColumn("fill_after", types.text, required)
      .addColumn("written", types.integer, required)
      .addColumn("last_written_at", types.integer)
      .addColumn("problem", types.text)
      .addColumn("next_at", types.integer, required)
      .addPrimaryKeyConstraint("worker_state_places_key", ["app", "environment"]),
  ],
};
