import type { Migration } from "../migrate/migration.ts";

/**
 * App Store Connect's own retention messages and offers. One document an app: what Apple calls its parts is
 * not confirmed yet, and a name that turns out otherwise then needs no migration.
 */
export const retention: Migration = {
  version: 10,
  name: "retention",
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable("catalog_retention")
      .addColumn("app", types.text, (column) =>
        column.notNull().references("apps.id").onDelete("cascade").primaryKey(),
      )
      .addColumn("content", types.text, (column) => column.notNull())
      .addColumn("changed_at", types.integer, (column) => column.notNull()),
  ],
};
