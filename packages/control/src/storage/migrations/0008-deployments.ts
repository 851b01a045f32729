import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

const ofApp = (column: ColumnDefinitionBuilder) =>
  column.notNull().references("apps.id").onDelete("cascade");

/** Deployments, and what provisioning remembers of Apple's side. */
export const deployments: Migration = {
  version: 8,
  name: "deployments",
  oldestSupportedCode: 1,
  statements: ({ schema, types, createTable }) => [
    createTable("deployments")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("version", types.integer, required)
      .addColumn("expected_sequence", types.integer, required)
      .addColumn("publish_when", types.text, required)
      .addColumn("set_defaults", types.integer, required)
      .addColumn("realtime_url", types.text)
      .addColumn("note", types.text)
      .addColumn("state", types.text, required)
      .addColumn("steps", types.text, required)
      .addColumn("problems", types.text, required)
      .addColumn("awaiting", types.text, required)
      .addColumn("sequence", types.integer)
      .addColumn("created_by", types.text, required)
      .addColumn("created_at", types.integer, required)
      .addColumn("updated_at", types.integer, required)
      .addColumn("finished_at", types.integer),
    schema
      .createIndex("deployments_by_place")
      .on("deployments")
      .columns(["app", "environment", "id"]),
    schema
      .createIndex("deployments_one_under_way")
      .unique()
      .on("deployments")
      .columns(["app", "environment"])
      .where(sql.ref("finished_at"), "is", null),
    createTable("provisioning_states")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("revision", types.integer, required)
      .addColumn("content", types.text, required)
      .addPrimaryKeyConstraint("provisioning_states_key", ["app", "environment"]),
  ],
};
