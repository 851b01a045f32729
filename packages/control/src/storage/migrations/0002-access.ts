import type { Compilable, Migration, SchemaTools } from "../migrate/migration.ts";

/** People, what they sign in with, and ways into the audit log. */
export const access: Migration = {
  version: 2,
  name: "access",
  oldestSupportedCode: 1,
  statements: (tools) => [
    ...people(tools),
    ...oneTimeCodes(tools),
    ...sessions(tools),
    ...apiTokens(tools),
    ...provider(tools),
    ...auditFilters(tools),
  ],
};

function people({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("people")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("email", types.text, (column) => column.notNull())
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("role", types.text, (column) => column.notNull())
      .addColumn("apps", types.text, (column) => column.notNull())
      .addColumn("is_disabled", types.integer, (column) => column.notNull())
      .addColumn("password_hash", types.text)
      .addColumn("version", types.integer, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("last_seen_at", types.integer),
    schema.createIndex("people_email").unique().on("people").column("email"),
    schema.createIndex("people_by_time").on("people").columns(["created_at", "id"]),
  ];
}

function oneTimeCodes({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("setup_codes")
      .addColumn("code_hash", types.text, (column) => column.primaryKey().notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("expires_at", types.integer, (column) => column.notNull()),
    createTable("invitations")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("code_hash", types.text, (column) => column.notNull())
      .addColumn("email", types.text, (column) => column.notNull())
      .addColumn("role", types.text, (column) => column.notNull())
      .addColumn("apps", types.text, (column) => column.notNull())
      .addColumn("invited_by", types.text, (column) => column.notNull().references("people.id"))
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("expires_at", types.integer, (column) => column.notNull()),
    schema.createIndex("invitations_code").unique().on("invitations").column("code_hash"),
    schema.createIndex("invitations_by_time").on("invitations").columns(["created_at", "id"]),
    schema.createIndex("invitations_email").on("invitations").column("email"),
  ];
}

function sessions({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("sessions")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("secret_hash", types.text, (column) => column.notNull())
      .addColumn("person", types.text, (column) => column.notNull().references("people.id"))
      .addColumn("user_agent", types.text)
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("last_seen_at", types.integer, (column) => column.notNull())
      .addColumn("expires_at", types.integer, (column) => column.notNull()),
    schema.createIndex("sessions_secret").unique().on("sessions").column("secret_hash"),
    schema.createIndex("sessions_person").on("sessions").columns(["person", "created_at"]),
    schema.createIndex("sessions_last_seen").on("sessions").column("last_seen_at"),
    schema.createIndex("sessions_expiry").on("sessions").column("expires_at"),
    createTable("login_throttle")
      .addColumn("key", types.text, (column) => column.primaryKey().notNull())
      .addColumn("full_at", types.integer, (column) => column.notNull()),
    schema.createIndex("login_throttle_full").on("login_throttle").column("full_at"),
  ];
}

function apiTokens({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("api_tokens")
      .addColumn("id", types.text, (column) => column.primaryKey().notNull())
      .addColumn("secret_hash", types.text, (column) => column.notNull())
      .addColumn("person", types.text, (column) => column.notNull().references("people.id"))
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("role", types.text, (column) => column.notNull())
      .addColumn("apps", types.text, (column) => column.notNull())
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addColumn("expires_at", types.integer)
      .addColumn("last_used_at", types.integer)
      .addColumn("revoked_at", types.integer),
    schema.createIndex("api_tokens_secret").unique().on("api_tokens").column("secret_hash"),
    schema.createIndex("api_tokens_by_time").on("api_tokens").columns(["created_at", "id"]),
    schema
      .createIndex("api_tokens_by_person")
      .on("api_tokens")
      .columns(["person", "created_at", "id"]),
  ];
}

function provider({ schema, types, createTable }: SchemaTools): readonly Compilable[] {
  return [
    createTable("identities")
      .addColumn("issuer", types.text, (column) => column.notNull())
      .addColumn("subject", types.text, (column) => column.notNull())
      .addColumn("person", types.text, (column) => column.notNull().references("people.id"))
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint("identities_key", ["issuer", "subject"]),
    createTable("provider_logins")
      .addColumn("secret_hash", types.text, (column) => column.primaryKey().notNull())
      .addColumn("state", types.text, (column) => column.notNull())
      .addColumn("nonce", types.text, (column) => column.notNull())
      .addColumn("code_verifier", types.text, (column) => column.notNull())
      .addColumn("return_to", types.text, (column) => column.notNull())
      .addColumn("expires_at", types.integer, (column) => column.notNull()),
    schema.createIndex("provider_logins_expiry").on("provider_logins").column("expires_at"),
  ];
}

function auditFilters({ schema }: SchemaTools): readonly Compilable[] {
  return [
    schema.createIndex("audit_log_by_actor").on("audit_log").columns(["actor", "at", "id"]),
    schema.createIndex("audit_log_by_action").on("audit_log").columns(["action", "at", "id"]),
  ];
}
