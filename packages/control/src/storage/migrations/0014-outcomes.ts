import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** What subscribers did after what they were answered. */
export const outcomes: Migration = {
  version: 14,
  name: "outcomes",
  oldestSupportedCode: 1,
  statements: (tools) => [...ofSubscriptions(tools), ...counted(tools), ...ofPlaces(tools)],
};

const required = (column: ColumnDefinitionBuilder) => column.notNull();

function ofSubscriptions({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("outcome_subjects")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("revision", types.integer, required)
      .addColumn("has_units", types.integer, required)
      .addColumn("due_at", types.integer)
      .addPrimaryKeyConstraint("outcome_subjects_key", ["app", "environment", "pseudonym"]),
    schema
      .createIndex("outcome_subjects_due")
      .on("outcome_subjects")
      .column("due_at")
      .where(sql.ref("due_at"), "is not", null),
    createTable("outcome_signals")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("at", types.integer, required)
      .addColumn("kind", types.text, required)
      .addColumn("details", types.text, required)
      .addPrimaryKeyConstraint("outcome_signals_key", [
        "app",
        "environment",
        "pseudonym",
        "at",
        "kind",
        "details",
      ]),
    schema.createIndex("outcome_signals_by_age").on("outcome_signals").columns(["at", "pseudonym"]),
    createTable("outcome_units")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("unit", types.text, required)
      .addColumn("request", types.text, required)
      .addColumn("exposed_at", types.integer, required)
      .addColumn("day", types.integer, required)
      .addColumn("snapshot", types.text, required)
      .addColumn("rule", types.text, required)
      .addColumn("arm", types.text, required)
      .addColumn("message", types.text, required)
      .addColumn("delivered", types.text, required)
      .addColumn("offer", types.text, required)
      .addColumn("target_product", types.text, required)
      .addColumn("product", types.text, required)
      .addColumn("outcome", types.text, required)
      .addColumn("outcome_at", types.integer)
      .addColumn("renewal", types.text, required)
      .addColumn("renewal_at", types.integer)
      .addColumn("period_ends_at", types.integer)
      .addColumn("revenue", types.integer)
      .addColumn("currency", types.text)
      .addPrimaryKeyConstraint("outcome_units_key", ["app", "environment", "pseudonym", "unit"]),
  ];
}

function counted({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("outcome_counts")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("unit", types.text, required)
      .addColumn("rule", types.text, required)
      .addColumn("arm", types.text, required)
      .addColumn("message", types.text, required)
      .addColumn("delivered", types.text, required)
      .addColumn("day", types.integer, required)
      .addColumn("outcome", types.text, required)
      .addColumn("renewal", types.text, required)
      .addColumn("count", types.integer, required)
      .addPrimaryKeyConstraint("outcome_counts_key", [
        "app",
        "environment",
        "unit",
        "day",
        "rule",
        "arm",
        "message",
        "delivered",
        "outcome",
        "renewal",
      ]),
    createTable("outcome_revenue")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("unit", types.text, required)
      .addColumn("rule", types.text, required)
      .addColumn("arm", types.text, required)
      .addColumn("message", types.text, required)
      .addColumn("delivered", types.text, required)
      .addColumn("day", types.integer, required)
      .addColumn("currency", types.text, required)
      .addColumn("milliunits", types.integer, required)
      .addColumn("renewals", types.integer, required)
      .addPrimaryKeyConstraint("outcome_revenue_key", [
        "app",
        "environment",
        "unit",
        "day",
        "rule",
        "arm",
        "message",
        "delivered",
        "currency",
      ]),
  ];
}

function ofPlaces({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("outcome_heard")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("slot", types.integer, required)
      .addPrimaryKeyConstraint("outcome_heard_key", ["app", "environment", "slot"]),
    createTable("outcome_settings")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, required)
      .addColumn("window_ms", types.integer, required)
      .addColumn("version", types.integer, required)
      .addColumn("swept_after", types.text)
      .addPrimaryKeyConstraint("outcome_settings_key", ["app", "environment"]),
  ];
}
