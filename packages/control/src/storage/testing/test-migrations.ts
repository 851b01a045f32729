import { sql } from "kysely";
import type { Migration } from "../migrate/migration.ts";
import { MIGRATIONS } from "../migrations/index.ts";

const newest = MIGRATIONS.at(-1)?.version ?? 0;

/** What a later release might bring: one migration only adds, the other drops support for ours. */
export const LATER_MIGRATIONS: readonly Migration[] = [
  ...MIGRATIONS,
  {
    version: newest + 1,
    name: "expand",
    oldestSupportedCode: newest,
    statements: ({ schema, types, createTable }) => [
      schema.alterTable("jobs").addColumn("priority", types.integer),
      createTable("extras")
        .addColumn("id", types.text, (column) => column.primaryKey().notNull())
        .addColumn("share", types.double),
      sql`insert into extras (id, share) values ('one', 0.5)`,
    ],
  },
  {
    version: newest + 2,
    name: "contract",
    oldestSupportedCode: newest + 1,
    statements: ({ schema }) => [schema.alterTable("jobs").dropColumn("last_error")],
  },
];

/** What {@link LATER_MIGRATIONS} has up to the one that only adds. */
export const EXPANDED_MIGRATIONS = LATER_MIGRATIONS.slice(0, -1);

/** Two migrations of two statements each, on an empty database. */
export const SMALL_MIGRATIONS: readonly Migration[] = [1, 2].map((version) => ({
  version,
  name: `small ${version}`,
  oldestSupportedCode: 1,
  statements: ({ types, createTable }) => [
    createTable(`small_${version}`).addColumn("id", types.integer, (column) =>
      column.primaryKey().notNull(),
    ),
    sql`insert into ${sql.table(`small_${version}`)} (id) values (1)`,
  ],
}));
