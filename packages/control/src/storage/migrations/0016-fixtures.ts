import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Captured requests, and what checking them found. */
export const fixtures: Migration = {
  version: 16,
  name: "fixtures",
  oldestSupportedCode: 1,
  statements: (tools) => [...captured(tools), ...checks(tools)],
};

function captured({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("fixtures")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("pseudonym", types.text, (column) => column.notNull())
      .addColumn("sealed", types.text, (column) => column.notNull())
      .addColumn("content_hash", types.text, (column) => column.notNull())
      .addColumn("product_id", types.text, (column) => column.notNull())
      .addColumn("user_locale", types.text, (column) => column.notNull())
      .addColumn("requested_at", types.integer, (column) => column.notNull())
      .addColumn("has_subscriber", types.integer, (column) => column.notNull())
      .addColumn("expectation", types.text)
      .addColumn("created_by", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull()),
    schema
      .createIndex("fixtures_by_name")
      .unique()
      .on("fixtures")
      .columns(["app", "environment", "name"]),
  ];
}

function checks({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("fixture_checks")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("checked_at", types.integer, (column) => column.notNull())
      .addColumn("sequence", types.integer, (column) => column.notNull())
      .addColumn("failed", types.integer, (column) => column.notNull())
      .addColumn("report", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("fixture_checks_key", ["app", "environment"]),
  ];
}
