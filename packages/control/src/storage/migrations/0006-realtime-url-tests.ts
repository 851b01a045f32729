import type { ColumnDefinitionBuilder } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** The URL that Apple asks, with its history, and performance tests. */
export const realtimeUrlTests: Migration = {
  version: 6,
  name: "realtime-url-tests",
  oldestSupportedCode: 1,
  statements: (tools) => [...realtimeUrls(tools), ...performanceTests(tools)],
};

const required = (column: ColumnDefinitionBuilder) => column.notNull();

const ofApp = (column: ColumnDefinitionBuilder) =>
  column.notNull().references("apps.id").onDelete("cascade");

function realtimeUrls({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("realtime_urls")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("url", types.text)
      .addColumn("seen_at", types.integer, required)
      .addPrimaryKeyConstraint("realtime_urls_key", ["app", "environment"]),
    createTable("realtime_url_changes")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("at", types.integer, required)
      .addColumn("url_before", types.text)
      .addColumn("url_after", types.text)
      .addColumn("state", types.text, required)
      .addColumn("changed_by", types.text),
    schema
      .createIndex("realtime_url_changes_by_place")
      .on("realtime_url_changes")
      .columns(["app", "environment", "id"]),
  ];
}

function performanceTests({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("performance_tests")
      .addColumn("app", types.text, ofApp)
      .addColumn("request_id", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("started_at", types.integer, required)
      .addColumn("started_by", types.text, required)
      .addColumn("config", types.text, required)
      .addColumn("result", types.text, required)
      .addColumn("findings", types.text, required)
      .addColumn("read_at", types.integer)
      .addColumn("next_ask_at", types.integer)
      .addPrimaryKeyConstraint("performance_tests_key", ["app", "request_id"]),
    schema
      .createIndex("performance_tests_by_start")
      .on("performance_tests")
      .columns(["app", "started_at", "request_id"]),
    schema
      .createIndex("performance_tests_by_next_ask")
      .on("performance_tests")
      .column("next_ask_at"),
  ];
}
