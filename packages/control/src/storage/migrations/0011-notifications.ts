import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Notifications of the App Store, and where they are forwarded to. */
export const notifications: Migration = {
  version: 11,
  name: "notifications",
  oldestSupportedCode: 1,
  statements: (tools) => [...received(tools), ...forwarding(tools), ...reading(tools)],
};

const required = (column: ColumnDefinitionBuilder) => column.notNull();

const ofApp = (column: ColumnDefinitionBuilder) =>
  column.notNull().references("apps.id").onDelete("cascade");

function received({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    // Without a reference to its app: millions of rows are not deleted in the transaction that deletes one.
    createTable("notifications")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("notification_uuid", types.text, required)
      .addColumn("type", types.text, required)
      .addColumn("subtype", types.text)
      .addColumn("pseudonym", types.text)
      .addColumn("signed_date", types.integer, required)
      .addColumn("received_at", types.integer, required)
      .addColumn("source", types.text, required)
      .addColumn("forwarding", types.text)
      .addPrimaryKeyConstraint("notifications_key", ["app", "environment", "notification_uuid"]),
    schema
      .createIndex("notifications_by_time")
      .on("notifications")
      .columns(["app", "environment", "received_at", "notification_uuid"]),
    schema
      .createIndex("notifications_by_subscription")
      .on("notifications")
      .columns(["app", "environment", "pseudonym", "received_at", "notification_uuid"])
      .where(sql.ref("pseudonym"), "is not", null),
    createTable("notification_days")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("day", types.integer, required)
      .addColumn("source", types.text, required)
      .addColumn("count", types.integer, required)
      .addColumn("last_at", types.integer, required)
      .addPrimaryKeyConstraint("notification_days_key", ["app", "environment", "day", "source"]),
  ];
}

function forwarding({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("notification_forwards")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("url", types.text, required)
      .addColumn("created_at", types.integer, required)
      .addColumn("delivered", types.integer, required)
      .addColumn("failed", types.integer, required)
      .addColumn("last_delivered_at", types.integer)
      .addColumn("last_status", types.integer)
      .addColumn("last_problem", types.text)
      .addColumn("failing_since", types.integer),
    schema
      .createIndex("notification_forwards_by_place")
      .on("notification_forwards")
      .columns(["app", "environment", "created_at", "id"]),
    createTable("notification_bodies")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("notification_uuid", types.text, required)
      .addColumn("content_type", types.text)
      .addColumn("sealed", types.blob, required)
      .addPrimaryKeyConstraint("notification_bodies_key", [
        "app",
        "environment",
        "notification_uuid",
      ]),
    createTable("notification_forwardings")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("forward", types.text, (column) =>
        column.notNull().references("notification_forwards.id").onDelete("cascade"),
      )
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("notification_uuid", types.text, required)
      .addColumn("attempts", types.integer, required)
      .addColumn("next_at", types.integer, required),
    schema
      .createIndex("notification_forwardings_due")
      .on("notification_forwardings")
      .columns(["forward", "next_at", "id"]),
    schema
      .createIndex("notification_forwardings_by_notification")
      .on("notification_forwardings")
      .columns(["app", "environment", "notification_uuid"]),
  ];
}

function reading({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("notification_settings")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("mode", types.text, required)
      .addPrimaryKeyConstraint("notification_settings_key", ["app", "environment"]),
    createTable("notification_reads")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("covered_until", types.integer, required)
      .addColumn("reading_from", types.integer)
      .addColumn("reading_until", types.integer)
      .addColumn("pagination_token", types.text)
      .addColumn("read_at", types.integer)
      .addColumn("recovered_at", types.integer)
      .addColumn("problem", types.text)
      .addColumn("next_at", types.integer, required)
      .addPrimaryKeyConstraint("notification_reads_key", ["app", "environment"]),
  ];
}
