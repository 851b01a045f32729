import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate/migration.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Certificate chains, and what their responders say. */
export const revocations: Migration = {
  version: 21,
  name: "revocations",
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable("revocation_chains")
      .addColumn("leaf", types.text, required)
      .addColumn("intermediate", types.text, required)
      .addColumn("certificates", types.text, required)
      .addColumn("seen_at", types.integer, required)
      .addColumn("status", types.text)
      .addColumn("next_update", types.integer)
      .addColumn("said_at", types.integer)
      .addColumn("attempts", types.integer, required)
      .addColumn("problem", types.text)
      .addColumn("next_at", types.integer)
      .addPrimaryKeyConstraint("revocation_chains_key", ["leaf", "intermediate"]),
  ],
};
