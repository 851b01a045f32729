import { sql } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Statuses that are to be fetched, and imports of subscribers. */
export const statuses: Migration = {
  version: 15,
  name: "statuses",
  oldestSupportedCode: 1,
  statements: (tools) => [...imports(tools), ...wanted(tools), ...queues(tools)],
};

function imports({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("subscriber_imports")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("name", types.text)
      .addColumn("file_hash", types.text, (column) => column.notNull())
      .addColumn("state", types.text, (column) => column.notNull())
      .addColumn("total", types.integer, (column) => column.notNull())
      .addColumn("received", types.integer, (column) => column.notNull())
      .addColumn("accepted", types.integer, (column) => column.notNull())
      .addColumn("repeated", types.integer, (column) => column.notNull())
      .addColumn("invalid", types.integer, (column) => column.notNull())
      .addColumn("fetched", types.integer, (column) => column.notNull())
      .addColumn("not_found", types.integer, (column) => column.notNull())
      .addColumn("failed", types.integer, (column) => column.notNull())
      .addColumn("created_by", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("ended_at", types.integer),
    schema
      .createIndex("subscriber_imports_by_place")
      .on("subscriber_imports")
      .columns(["app", "environment", "created_at", "id"]),
    schema
      .createIndex("subscriber_imports_under_way_once")
      .unique()
      .on("subscriber_imports")
      .columns(["app", "environment", "file_hash"])
      .where(sql.ref("ended_at"), "is", null),
  ];
}

function wanted({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    // Without a reference to its app: millions of rows are not deleted in the transaction that deletes one.
    createTable("wanted_statuses")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("subject", types.text, (column) => column.notNull())
      .addColumn("step", types.text, (column) => column.notNull())
      .addColumn("reason", types.text, (column) => column.notNull())
      .addColumn("urgency", types.integer, (column) => column.notNull())
      .addColumn("sealed_id", types.text)
      .addColumn("decision_sealed_id", types.text)
      .addColumn("import_id", types.text)
      .addColumn("wanted_at", types.integer, (column) => column.notNull())
      .addColumn("wants_history", types.integer, (column) => column.notNull())
      .addColumn("next_at", types.integer)
      .addColumn("attempts", types.integer, (column) => column.notNull())
      .addColumn("problem", types.text)
      .addColumn("fetched_at", types.integer)
      .addPrimaryKeyConstraint("wanted_statuses_key", ["app", "environment", "subject"]),
    schema
      .createIndex("wanted_statuses_due")
      .on("wanted_statuses")
      .columns(["app", "environment", "step", "urgency", "next_at"])
      .where(sql.ref("next_at"), "is not", null),
    schema
      .createIndex("wanted_statuses_settled")
      .on("wanted_statuses")
      .column("fetched_at")
      .where(sql.ref("next_at"), "is", null),
  ];
}

function queues({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("status_queues")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("paused_until", types.integer)
      .addColumn("paused_since", types.integer)
      .addColumn("problem", types.text)
      .addColumn("problem_at", types.integer)
      .addColumn("rate", types.double)
      .addColumn("rate_at", types.integer)
      .addPrimaryKeyConstraint("status_queues_key", ["app", "environment"]),
  ];
}
