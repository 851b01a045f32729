import { sql } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Webhooks and what is posted to them, how requests ended, what should not stay so, and when jobs began. */
export const webhooksHealth: Migration = {
  version: 7,
  name: "webhooks-health",
  oldestSupportedCode: 1,
  statements: (tools) => [
    ...webhooks(tools),
    ...answerHours(tools),
    ...conditions(tools),
    tools.schema.alterTable("jobs").addColumn("claimed_at", tools.types.integer),
  ],
};

function webhooks({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("webhooks")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("url", types.text, (column) => column.notNull())
      .addColumn("events", types.text, (column) => column.notNull())
      .addColumn("disabled_because", types.text)
      .addColumn("failing_since", types.integer)
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull()),
    schema.createIndex("webhooks_by_app").on("webhooks").columns(["app", "created_at", "id"]),
    createTable("webhook_deliveries")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("webhook", types.text, (column) =>
        column.notNull().references("webhooks.id").onDelete("cascade"),
      )
      .addColumn("event", types.text, (column) => column.notNull())
      .addColumn("body", types.text, (column) => column.notNull())
      .addColumn("state", types.text, (column) => column.notNull())
      .addColumn("attempts", types.integer, (column) => column.notNull())
      .addColumn("status", types.integer)
      .addColumn("problem", types.text)
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("next_at", types.integer),
    schema
      .createIndex("webhook_deliveries_by_webhook")
      .on("webhook_deliveries")
      .columns(["webhook", "created_at", "id"]),
    schema
      .createIndex("webhook_deliveries_due")
      .on("webhook_deliveries")
      .columns(["next_at", "webhook", "id"])
      .where(sql.ref("state"), "=", sql.lit("waiting")),
    schema.createIndex("webhook_deliveries_by_age").on("webhook_deliveries").column("created_at"),
    createTable("webhook_feed")
      .addColumn("id", types.integer, (column) => column.primaryKey().notNull())
      .addColumn("cursor", types.text, (column) => column.notNull()),
  ];
}

function answerHours({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("answer_hours")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("hour", types.integer, (column) => column.notNull())
      .addColumn("answered", types.integer, (column) => column.notNull())
      .addColumn("fallback", types.integer, (column) => column.notNull())
      .addColumn("deferred", types.integer, (column) => column.notNull())
      .addColumn("refused", types.integer, (column) => column.notNull())
      .addColumn("unavailable", types.integer, (column) => column.notNull())
      .addColumn("last_request_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("answer_hours_key", ["app", "environment", "hour"]),
    schema.createIndex("answer_hours_by_hour").on("answer_hours").column("hour"),
  ];
}

function conditions({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("conditions")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("kind", types.text, (column) => column.notNull())
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("subject", types.text, (column) => column.notNull())
      .addColumn("details", types.text, (column) => column.notNull())
      .addColumn("began_at", types.integer, (column) => column.notNull())
      .addColumn("ended_at", types.integer),
    schema
      .createIndex("conditions_standing_once")
      .unique()
      .on("conditions")
      .columns(["app", "environment", "kind", "subject"])
      .where(sql.ref("ended_at"), "is", null),
    schema
      .createIndex("conditions_ended")
      .on("conditions")
      .column("ended_at")
      .where(sql.ref("ended_at"), "is not", null),
  ];
}
