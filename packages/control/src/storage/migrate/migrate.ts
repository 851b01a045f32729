import { createHash } from "node:crypto";
import type { CompiledQuery, Kysely } from "kysely";
import type { StorageDatabase } from "../create-database.ts";
import type { Engine } from "../engines/engine.ts";
import type { Schema } from "../schema/schema.ts";
import { decideMigrations } from "./compatibility.ts";
import type { AppliedMigration, KnownMigration } from "./compatibility.ts";
import type { Migration } from "./migration.ts";

/** The table that remembers migrations; not one of the schema's, since it is there before. */
interface MigrationsTable {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly oldest_supported_code: number;
  readonly applied_at: number;
}

// A type, because Kysely asks for an index signature and interfaces have none.
type MigrationSchema = { readonly schema_migrations: MigrationsTable };

/** How to migrate. */
export interface MigrateOptions {
  /** In order of their versions. */
  readonly migrations: readonly Migration[];
  readonly now: () => number;
  /** Called at each point where the process may die; tests kill it there. */
  readonly onStep?: (step: string) => void;
}

/**
 * Brings a database to the newest migration, one transaction for each, under the engine's lock: of
 * several processes that start together one migrates and the others find it done. Killed anywhere,
 * the next start goes on from the last migration that was committed whole.
 *
 * Throws what {@link decideMigrations} throws; the database is then untouched.
 */
export async function migrate(database: StorageDatabase, options: MigrateOptions): Promise<void> {
  const known = options.migrations.map((migration) => withChecksum(database, migration));
  const step = options.onStep ?? (() => undefined);
  let more = true;
  while (more) {
    more = await database.kysely.transaction().execute(async (transaction) => {
      await database.port.enterMigration(transaction);
      step("locked");
      const [next, ...later] = decideMigrations(
        known,
        await readApplied(transaction, database.port),
      );
      if (next === undefined) return false;
      for (const statement of compile(transaction, database.port, next)) {
        await transaction.executeQuery(statement);
        step(`${next.version}: statement`);
      }
      await remember(transaction, next, options.now());
      step(`${next.version}: remembered`);
      return later.length > 0;
    });
    step("committed");
  }
}

/** Returns the statements of a migration, as this engine gets them. */
function compile(
  kysely: Kysely<Schema>,
  engine: Engine,
  migration: Migration,
): readonly CompiledQuery[] {
  const statements = migration.statements(engine.schemaTools(kysely.schema));
  return statements.map((statement) => statement.compile(kysely));
}

/**
 * Returns the migration with the SHA-256 of its SQL on this engine. The text of the SQL, not of the
 * file: formatting and comments may change.
 */
export function withChecksum(
  { kysely, port }: Pick<StorageDatabase, "kysely" | "port">,
  migration: Migration,
): KnownMigration {
  const hash = createHash("sha256");
  for (const { sql, parameters } of compile(kysely, port, migration)) {
    hash.update(JSON.stringify([sql, parameters]));
  }
  return { ...migration, checksum: hash.digest("hex") };
}

async function readApplied(
  transaction: Kysely<Schema>,
  engine: Engine,
): Promise<readonly AppliedMigration[]> {
  const { types, createTable } = engine.schemaTools(transaction.schema);
  await createTable("schema_migrations")
    .ifNotExists()
    .addColumn("version", types.integer, (column) => column.primaryKey().notNull())
    .addColumn("name", types.text, (column) => column.notNull())
    .addColumn("checksum", types.text, (column) => column.notNull())
    .addColumn("oldest_supported_code", types.integer, (column) => column.notNull())
    .addColumn("applied_at", types.integer, (column) => column.notNull())
    .execute();
  return migrationsIn(transaction)
    .selectFrom("schema_migrations")
    .select(["version", "name", "checksum", "oldest_supported_code as oldestSupportedCode"])
    .orderBy("version")
    .execute();
}

async function remember(
  transaction: Kysely<Schema>,
  { version, name, checksum, oldestSupportedCode }: KnownMigration,
  now: number,
): Promise<void> {
  await migrationsIn(transaction)
    .insertInto("schema_migrations")
    .values({
      version,
      name,
      checksum,
      oldest_supported_code: oldestSupportedCode,
      applied_at: now,
    })
    .execute();
}

function migrationsIn(transaction: Kysely<Schema>): Kysely<MigrationSchema> {
  return transaction.withTables<MigrationSchema>();
}
