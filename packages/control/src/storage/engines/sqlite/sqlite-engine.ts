import { SqliteIntrospector, SqliteQueryCompiler, sql, type SchemaModule } from "kysely";
import type { SchemaTools } from "../../migrate/migration.ts";
import { createAnnouncements } from "../announcements.ts";
import type { Engine } from "../engine.ts";
import { createNamedQueue } from "../named-queue.ts";
import { createSqliteAdapter } from "./sqlite-adapter.ts";
import { createSqliteDriver } from "./sqlite-driver.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/**
 * Returns SQLite as an engine. One process writes, through one connection, so locks and
 * announcements need not leave the process.
 */
export function createSqliteEngine(file: SqliteFile, onClose: () => void): Engine {
  const queue = createNamedQueue();
  const announcements = createAnnouncements();
  // Only the end of the process takes a lock away.
  const { signal } = new AbortController();
  return {
    name: "sqlite",
    dialect: {
      createAdapter: createSqliteAdapter,
      createDriver: () => createSqliteDriver(file),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    schemaTools: sqliteSchemaTools,
    // The transaction holds the write lock from its beginning.
    enterMigration: () => Promise.resolve(),
    // Nobody outside this process listens.
    announce: () => Promise.resolve(),
    lock: (name, act, waitMs) => queue.run(name, waitMs, () => act(signal)),
    wake: () => announcements.wake(),
    listen: (listener) => announcements.add(listener),
    async close() {
      onClose();
    },
  };
}

/** STRICT tables keep to their columns' types, as PostgreSQL's do. */
function sqliteSchemaTools(schema: SchemaModule): SchemaTools {
  return {
    schema,
    types: { text: sql`text`, integer: "integer", double: sql`real`, blob: "blob" },
    createTable: (name) => schema.createTable(name).modifyEnd(sql`strict`),
    appendOnly: (table) =>
      ["update", "delete"].map((action) => {
        const trigger = sql.ref(`${table}_refuses_${action}`);
        const refusal = sql.lit(`${table} is append-only`);
        return sql`create trigger ${trigger} before ${sql.raw(action)} on ${sql.table(table)} begin select raise(abort, ${refusal}); end`;
      }),
  };
}
