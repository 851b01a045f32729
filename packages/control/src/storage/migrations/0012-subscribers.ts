import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** What is known of subscribers. */
export const subscribers: Migration = {
  version: 12,
  name: "subscribers",
  oldestSupportedCode: 1,
  statements: ({ schema, types, createTable }) => [
    createTable("subscribers")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("sealed_id", types.text, required)
      .addColumn("account_hash", types.text)
      .addColumn("facts", types.text, required)
      .addColumn("first_seen_at", types.integer, required)
      .addColumn("updated_at", types.integer, required)
      .addPrimaryKeyConstraint("subscribers_key", ["app", "environment", "pseudonym"]),
    schema
      .createIndex("subscribers_by_account")
      .on("subscribers")
      .columns(["app", "environment", "account_hash"])
      .where(sql.ref("account_hash"), "is not", null),
    createTable("subscriber_histories")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("exposures", types.text, required)
      .addPrimaryKeyConstraint("subscriber_histories_key", ["app", "environment", "pseudonym"]),
    createTable("subscriber_attributes")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("owner", types.text, required)
      .addColumn("name", types.text, required)
      .addColumn("value", types.text, required)
      .addColumn("set_at", types.integer, required)
      .addColumn("expires_at", types.integer)
      .addPrimaryKeyConstraint("subscriber_attributes_key", [
        "app",
        "environment",
        "owner",
        "name",
      ]),
    schema
      .createIndex("subscriber_attributes_by_expiry")
      .on("subscriber_attributes")
      .columns(["expires_at"])
      .where(sql.ref("expires_at"), "is not", null),
    createTable("transaction_owners")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("transaction_hash", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addPrimaryKeyConstraint("transaction_owners_key", [
        "app",
        "environment",
        "transaction_hash",
      ]),
    createTable("subscriber_erasures")
      .addColumn("app", types.text, required)
      .addColumn("environment", types.text, required)
      .addColumn("pseudonym", types.text, required)
      .addColumn("erased_at", types.integer, required)
      .addPrimaryKeyConstraint("subscriber_erasures_key", ["app", "environment", "pseudonym"]),
  ],
};
