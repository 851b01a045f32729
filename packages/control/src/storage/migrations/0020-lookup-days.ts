import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** How lookups ended on each kind of host, and which decisions got lost on their way here. */
export const lookupDays: Migration = {
  version: 20,
  name: "lookup-days",
  oldestSupportedCode: 1,
  statements: (tools) => [
    ofPlace(tools, "lookup_days")
      .addColumn("day", tools.types.integer, required)
      .addColumn("host", tools.types.text, required)
      .addColumn("ending", tools.types.text, required)
      .addColumn("count", tools.types.integer, required)
      .addPrimaryKeyConstraint("lookup_days_key", ["app", "environment", "day", "host", "ending"]),
    tools.schema.alterTable("decisions").addColumn("isolate", tools.types.text),
    ...senders(tools),
  ],
};

function ofPlace({ types, createTable }: SchemaTools, table: string) {
  return createTable(table)
    .addColumn("app", types.text, (column) =>
      column.notNull().references("apps.id").onDelete("cascade"),
    )
    .addColumn("environment", types.text, required);
}

function senders(tools: SchemaTools): readonly Compilable[] {
  const { schema, types } = tools;
  return [
    ofPlace(tools, "decision_senders")
      .addColumn("isolate", types.text, required)
      .addColumn("host", types.text, required)
      .addColumn("day", types.integer, required)
      .addColumn("made", types.integer, required)
      .addColumn("received", types.integer, required)
      .addColumn("counted_made", types.integer, required)
      .addColumn("counted_received", types.integer, required)
      .addColumn("heard_at", types.integer, required)
      .addColumn("due_at", types.integer)
      .addPrimaryKeyConstraint("decision_senders_key", ["app", "environment", "isolate"]),
    schema
      .createIndex("decision_senders_due")
      .on("decision_senders")
      .column("due_at")
      .where(sql.ref("due_at"), "is not", null),
    schema.createIndex("decision_senders_by_age").on("decision_senders").column("heard_at"),
    ofPlace(tools, "sender_repeats")
      .addColumn("isolate", types.text, required)
      .addColumn("request_identifier", types.text, required)
      .addColumn("heard_at", types.integer, required)
      .addPrimaryKeyConstraint("sender_repeats_key", [
        "app",
        "environment",
        "isolate",
        "request_identifier",
      ]),
    schema.createIndex("sender_repeats_by_age").on("sender_repeats").column("heard_at"),
    ofPlace(tools, "decision_losses")
      .addColumn("day", types.integer, required)
      .addColumn("host", types.text, required)
      .addColumn("made", types.integer, required)
      .addColumn("received", types.integer, required)
      .addPrimaryKeyConstraint("decision_losses_key", ["app", "environment", "day", "host"]),
  ];
}
