import type { ColumnDefinitionBuilder } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** The catalog, the syncs that read it, and the review states of content at Apple. */
export const catalog: Migration = {
  version: 4,
  name: "catalog",
  oldestSupportedCode: 1,
  statements: (tools) => [...content(tools), ...syncs(tools), ...reviews(tools)],
};

const required = (column: ColumnDefinitionBuilder) => column.notNull();

const ofApp = (column: ColumnDefinitionBuilder) =>
  column.notNull().references("apps.id").onDelete("cascade");

function content({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("catalogs")
      .addColumn("app", types.text, (column) => ofApp(column).primaryKey())
      .addColumn("name", types.text)
      .addColumn("primary_locale", types.text)
      .addColumn("apple_id", types.integer, required)
      .addColumn("incomplete", types.text, required)
      .addColumn("content_hash", types.text, required)
      .addColumn("synced_at", types.integer, required),
    createTable("catalog_groups")
      .addColumn("app", types.text, ofApp)
      .addColumn("group_id", types.text, required)
      .addColumn("name", types.text)
      .addColumn("localizations", types.text, required)
      .addColumn("changed_at", types.integer, required)
      .addPrimaryKeyConstraint("catalog_groups_key", ["app", "group_id"]),
    createTable("catalog_products")
      .addColumn("app", types.text, ofApp)
      .addColumn("product_id", types.text, required)
      .addColumn("group_id", types.text, required)
      .addColumn("name", types.text)
      .addColumn("level", types.integer, required)
      .addColumn("period", types.text, required)
      .addColumn("state", types.text)
      .addColumn("family_sharable", types.integer)
      .addColumn("localizations", types.text, required)
      .addColumn("prices", types.text, required)
      .addColumn("introductory_offers", types.text, required)
      .addColumn("changed_at", types.integer, required)
      .addColumn("gone_at", types.integer)
      .addPrimaryKeyConstraint("catalog_products_key", ["app", "product_id"]),
    createTable("catalog_offers")
      .addColumn("app", types.text, ofApp)
      .addColumn("product_id", types.text, required)
      .addColumn("offer_identifier", types.text, required)
      .addColumn("name", types.text)
      .addColumn("offer_mode", types.text)
      .addColumn("duration", types.text)
      .addColumn("number_of_periods", types.integer)
      .addColumn("prices", types.text, required)
      .addColumn("changed_at", types.integer, required)
      .addColumn("gone_at", types.integer)
      .addPrimaryKeyConstraint("catalog_offers_key", ["app", "product_id", "offer_identifier"]),
  ];
}

function syncs({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("catalog_problems")
      .addColumn("app", types.text, ofApp)
      .addColumn("id", types.text, required)
      .addColumn("code", types.text, required)
      .addColumn("environment", types.text)
      .addColumn("product_id", types.text)
      .addColumn("offer_identifier", types.text)
      .addColumn("message", types.text, required)
      .addColumn("since", types.integer, required)
      .addPrimaryKeyConstraint("catalog_problems_key", ["app", "id"]),
    createTable("catalog_syncs")
      .addColumn("app", types.text, (column) => ofApp(column).primaryKey())
      .addColumn("state", types.text, required)
      .addColumn("started_at", types.integer, required)
      .addColumn("finished_at", types.integer)
      .addColumn("succeeded_at", types.integer)
      .addColumn("problem_code", types.text)
      .addColumn("problem_message", types.text),
    createTable("catalog_sync_steps")
      .addColumn("app", types.text, ofApp)
      .addColumn("step", types.text, required)
      .addColumn("sync_started_at", types.integer, required)
      .addColumn("result", types.text, required)
      .addPrimaryKeyConstraint("catalog_sync_steps_key", ["app", "step"]),
  ];
}

function reviews({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("apple_content")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("kind", types.text, required)
      .addColumn("identifier", types.text, required)
      .addColumn("size", types.text)
      .addColumn("state", types.text, required)
      .addColumn("changed_at", types.integer, required)
      .addPrimaryKeyConstraint("apple_content_key", ["app", "environment", "kind", "identifier"]),
    createTable("uploaded_content")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("kind", types.text, required)
      .addColumn("identifier", types.text, required)
      .addColumn("name", types.text)
      .addColumn("locale", types.text)
      .addColumn("content", types.text)
      .addPrimaryKeyConstraint("uploaded_content_key", [
        "app",
        "environment",
        "kind",
        "identifier",
      ]),
    createTable("apple_defaults")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("product_id", types.text, required)
      .addColumn("locale", types.text, required)
      .addColumn("message_identifier", types.text)
      .addColumn("seen_at", types.integer, required)
      .addPrimaryKeyConstraint("apple_defaults_key", [
        "app",
        "environment",
        "product_id",
        "locale",
      ]),
    createTable("review_polls")
      .addColumn("app", types.text, ofApp)
      .addColumn("environment", types.text, required)
      .addColumn("asked_at", types.integer, required)
      .addColumn("seen_at", types.integer)
      .addColumn("problem_code", types.text)
      .addPrimaryKeyConstraint("review_polls_key", ["app", "environment"]),
  ];
}
