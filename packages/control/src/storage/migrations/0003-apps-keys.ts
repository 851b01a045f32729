import { sql } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Apps, secrets at rest, and the two kinds of key. */
export const appsKeys: Migration = {
  version: 3,
  name: "apps-keys",
  oldestSupportedCode: 1,
  statements: (tools) => [...apps(tools), ...secrets(tools), ...keys(tools)],
};

function apps({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("apps")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("bundle_id", types.text, (column) => column.notNull().unique())
      .addColumn("apple_id", types.integer, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("updated_at", types.integer, (column) => column.notNull()),
    createTable("app_environments")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade"),
      )
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("trusted_roots", types.text, (column) => column.notNull())
      .addColumn("realtime_base_url", types.text)
      .addColumn("required_approvals", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("app_environments_key", ["app", "environment"]),
  ];
}

function secrets({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("secrets")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("purpose", types.text, (column) => column.notNull())
      .addColumn("key_id", types.text, (column) => column.notNull())
      .addColumn("master_key", types.text, (column) => column.notNull())
      .addColumn("sealed", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("secrets_key", ["app", "environment", "purpose", "key_id"]),
    schema.createIndex("secrets_by_master_key").on("secrets").column("master_key"),
  ];
}

function keys(tools: SchemaTools): readonly Compilable[] {
  const { types } = tools;
  return [
    keyTable("in_app_purchase_keys", tools)
      .addColumn("issuer_id", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("in_app_purchase_keys_key", ["app", "key_id"]),
    ...keyIndexes("in_app_purchase_keys", tools),
    keyTable("connect_keys", tools)
      .addColumn("kind", types.text, (column) => column.notNull())
      .addColumn("issuer_id", types.text)
      .addPrimaryKeyConstraint("connect_keys_key", ["app", "key_id"]),
    ...keyIndexes("connect_keys", tools),
  ];
}

function keyTable(name: string, { types, createTable }: SchemaTools) {
  return createTable(name)
    .addColumn("app", types.text, (column) =>
      column.notNull().references("apps.id").onDelete("cascade"),
    )
    .addColumn("key_id", types.text, (column) => column.notNull())
    .addColumn("public_key_hash", types.text, (column) => column.notNull())
    .addColumn("is_active", types.integer, (column) => column.notNull())
    .addColumn("created_at", types.integer, (column) => column.notNull())
    .addColumn("last_used_at", types.integer);
}

function keyIndexes(name: string, { schema }: SchemaTools): readonly Compilable[] {
  return [
    schema
      .createIndex(`${name}_one_active`)
      .unique()
      .on(name)
      .column("app")
      .where(sql.ref("is_active"), "=", sql.lit(1)),
    schema.createIndex(`${name}_by_key`).on(name).column("key_id"),
    schema.createIndex(`${name}_by_public_key`).on(name).column("public_key_hash"),
  ];
}
