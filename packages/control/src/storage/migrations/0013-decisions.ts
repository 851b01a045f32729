import { sql } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Decisions, and how many there were of which. */
export const decisions: Migration = {
  version: 13,
  name: "decisions",
  oldestSupportedCode: 1,
  statements: (tools) => [...rawRows(tools), ...counts(tools)],
};

function rawRows({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("decisions")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("day", types.integer, (column) => column.notNull())
      .addColumn("request_identifier", types.text, (column) => column.notNull())
      .addColumn("pseudonym", types.text, (column) => column.notNull())
      .addColumn("requested_at", types.integer, (column) => column.notNull())
      .addColumn("received_at", types.integer, (column) => column.notNull())
      .addColumn("source", types.text, (column) => column.notNull())
      .addColumn("rule", types.text)
      .addColumn("record", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("decisions_key", [
        "app",
        "environment",
        "day",
        "request_identifier",
      ]),
    schema
      .createIndex("decisions_by_pseudonym")
      .on("decisions")
      .columns(["app", "environment", "day", "pseudonym"]),
    schema
      .createIndex("decisions_by_time")
      .on("decisions")
      .columns(["app", "environment", "requested_at"]),
    schema
      .createIndex("decisions_by_rule")
      .on("decisions")
      .columns(["app", "environment", "rule", "requested_at"])
      .where(sql.ref("rule"), "is not", null),
  ];
}

function counts({ types, createTable }: SchemaTools): readonly Compilable[] {
  const ofDay = (table: string) =>
    createTable(table)
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("day", types.integer, (column) => column.notNull());
  return [
    ofDay("decision_counts")
      .addColumn("key", types.text, (column) => column.notNull())
      .addColumn("snapshot", types.text, (column) => column.notNull())
      .addColumn("source", types.text, (column) => column.notNull())
      .addColumn("rule", types.text, (column) => column.notNull())
      .addColumn("experiment", types.text, (column) => column.notNull())
      .addColumn("arm", types.text, (column) => column.notNull())
      .addColumn("kind", types.text, (column) => column.notNull())
      .addColumn("message", types.text, (column) => column.notNull())
      .addColumn("offer", types.text, (column) => column.notNull())
      .addColumn("deviation", types.text, (column) => column.notNull())
      .addColumn("count", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("decision_counts_key", ["app", "environment", "day", "key"]),
    ofDay("decision_lookups")
      .addColumn("ending", types.text, (column) => column.notNull())
      .addColumn("count", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("decision_lookups_key", ["app", "environment", "day", "ending"]),
    ofDay("attribute_counts")
      .addColumn("attribute", types.text, (column) => column.notNull())
      .addColumn("known", types.integer, (column) => column.notNull())
      .addColumn("absent", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("attribute_counts_key", ["app", "environment", "day", "attribute"]),
  ];
}
