import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** Drafts, versions, approvals, publications, stop lists, and the runtimes that follow them. */
export const flowsPublishing: Migration = {
  version: 5,
  name: "flows-publishing",
  oldestSupportedCode: 1,
  statements: (tools) => [
    ...drafts(tools),
    ...versions(tools),
    ...publications(tools),
    ...stopLists(tools),
    ...runtimes(tools),
  ],
};

function drafts({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("flow_drafts")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("based_on", types.integer)
      .addColumn("content", types.text, (column) => column.notNull())
      .addColumn("revision", types.integer, (column) => column.notNull())
      .addColumn("created_by", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("updated_by", types.text, (column) => column.notNull())
      .addColumn("updated_at", types.integer, (column) => column.notNull()),
    schema.createIndex("flow_drafts_by_app").on("flow_drafts").columns(["app", "updated_at", "id"]),
    createTable("flow_images")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("sha256", types.text, (column) => column.notNull())
      .addColumn("bytes", types.blob, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("flow_images_key", ["app", "sha256"]),
  ];
}

function versions({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("flow_versions")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("content", types.text, (column) => column.notNull())
      .addColumn("content_hash", types.text, (column) => column.notNull())
      .addColumn("note", types.text)
      .addColumn("created_by", types.text, (column) => column.notNull())
      .addColumn("author", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("flow_versions_key", ["app", "version"]),
    createTable("flow_approvals")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("verdict", types.text, (column) => column.notNull())
      .addColumn("note", types.text)
      .addColumn("decided_by", types.text, (column) => column.notNull())
      .addColumn("decided_at", types.integer, (column) => column.notNull()),
    schema
      .createIndex("flow_approvals_by_version")
      .on("flow_approvals")
      .columns(["app", "version", "id"]),
  ];
}

function publications({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("snapshots")
      .addColumn("hash", types.text, (column) => column.primaryKey().notNull())
      .addColumn("content", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull()),
    createTable("publications")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("sequence", types.integer, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("snapshot", types.text, (column) => column.notNull())
      .addColumn("record", types.text, (column) => column.notNull())
      .addColumn("label", types.text, (column) => column.notNull())
      .addColumn("kind", types.text, (column) => column.notNull())
      .addColumn("pinned", types.integer, (column) => column.notNull())
      .addColumn("rolled_back_to", types.integer)
      .addColumn("note", types.text)
      .addColumn("published_by", types.text)
      .addColumn("published_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("publications_key", ["app", "environment", "sequence"]),
    createTable("publication_schedules")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("publish_at", types.integer, (column) => column.notNull())
      .addColumn("state", types.text, (column) => column.notNull())
      .addColumn("problem", types.text)
      .addColumn("note", types.text)
      .addColumn("created_by", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull()),
    schema
      .createIndex("publication_schedules_by_app")
      .on("publication_schedules")
      .columns(["app", "environment", "publish_at", "id"]),
  ];
}

function stopLists({ types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("stop_lists")
      .addColumn("app", types.text, (column) => column.notNull())
      .addColumn("environment", types.text, (column) => column.notNull())
      .addColumn("sequence", types.integer, (column) => column.notNull())
      .addColumn("record", types.text, (column) => column.notNull())
      .addColumn("app_paused", types.integer, (column) => column.notNull())
      .addColumn("offers_paused", types.integer, (column) => column.notNull())
      .addColumn("stopped_offers", types.text, (column) => column.notNull())
      .addColumn("rejected_messages", types.text, (column) => column.notNull())
      .addColumn("issued_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("stop_lists_key", ["app", "environment"]),
  ];
}

function runtimes({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("runtimes")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("token", types.text, (column) => column.notNull())
      .addColumn("host", types.text, (column) => column.notNull())
      .addColumn("release", types.text, (column) => column.notNull())
      .addColumn("started_at", types.integer, (column) => column.notNull())
      .addColumn("serves", types.text, (column) => column.notNull())
      .addColumn("reported_at", types.integer, (column) => column.notNull()),
    schema.createIndex("runtimes_by_report").on("runtimes").column("reported_at"),
  ];
}
