import { sql } from "kysely";
import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Jobs, changes, idempotency keys and the audit log. */
export const foundation: Migration = {
  version: 1,
  name: "foundation",
  oldestSupportedCode: 1,
  statements: (tools) => [
    ...jobs(tools),
    ...changes(tools),
    ...idempotencyKeys(tools),
    ...auditLog(tools),
  ],
};

function jobs({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("jobs")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("kind", types.text, (column) => column.notNull())
      .addColumn("key", types.text)
      .addColumn("payload", types.text, (column) => column.notNull())
      .addColumn("due_at", types.integer, (column) => column.notNull())
      .addColumn("lease", types.text)
      .addColumn("attempts", types.integer, (column) => column.notNull())
      .addColumn("max_attempts", types.integer, (column) => column.notNull())
      .addColumn("last_error", types.text)
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("finished_at", types.integer)
      .addColumn("outcome", types.text),
    schema
      .createIndex("jobs_due")
      .on("jobs")
      .columns(["due_at", "id"])
      .where(sql.ref("finished_at"), "is", null),
    schema
      .createIndex("jobs_one_unfinished_per_key")
      .unique()
      .on("jobs")
      .columns(["kind", "key"])
      .where(sql.ref("finished_at"), "is", null),
    schema
      .createIndex("jobs_finished")
      .on("jobs")
      .column("finished_at")
      .where(sql.ref("finished_at"), "is not", null),
  ];
}

function changes({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("change_feed")
      .addColumn("id", types.integer, (column) => column.primaryKey().notNull())
      .addColumn("epoch", types.text, (column) => column.notNull())
      .addColumn("last_seq", types.integer, (column) => column.notNull())
      .addColumn("pruned_seq", types.integer, (column) => column.notNull()),
    createTable("changes")
      .addColumn("seq", types.integer, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text)
      .addColumn("environment", types.text)
      .addColumn("topic", types.text, (column) => column.notNull())
      .addColumn("subject", types.text)
      .addColumn("at", types.integer, (column) => column.notNull()),
    schema.createIndex("changes_by_app").on("changes").columns(["app", "seq"]),
  ];
}

function idempotencyKeys({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("idempotency_keys")
      .addColumn("scope", types.text, (column) => column.notNull())
      .addColumn("key", types.text, (column) => column.notNull())
      .addColumn("request_hash", types.text, (column) => column.notNull())
      .addColumn("status", types.integer)
      .addColumn("content_type", types.text)
      .addColumn("body", types.blob)
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("expires_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("idempotency_keys_key", ["scope", "key"]),
    schema.createIndex("idempotency_keys_expiry").on("idempotency_keys").column("expires_at"),
  ];
}

function auditLog({ schema, types, createTable, appendOnly }: SchemaTools): readonly Compilable[] {
  return [
    createTable("audit_log")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("at", types.integer, (column) => column.notNull())
      .addColumn("actor_kind", types.text, (column) => column.notNull())
      .addColumn("actor", types.text, (column) => column.notNull())
      .addColumn("action", types.text, (column) => column.notNull())
      .addColumn("app", types.text)
      .addColumn("environment", types.text)
      .addColumn("subject", types.text)
      .addColumn("details", types.text, (column) => column.notNull())
      .addColumn("request_id", types.text),
    schema.createIndex("audit_log_by_time").on("audit_log").columns(["at", "id"]),
    schema.createIndex("audit_log_by_app").on("audit_log").columns(["app", "at", "id"]),
    ...appendOnly("audit_log"),
  ];
}
