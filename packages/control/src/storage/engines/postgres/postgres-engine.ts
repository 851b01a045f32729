import { PostgresDialect, sql } from "kysely";
import type { Compilable, SchemaTools } from "../../migrate/migration.ts";
import { createAnnouncements } from "../announcements.ts";
import type { Engine } from "../engine.ts";
import { createNamedQueue } from "../named-queue.ts";
import { createPostgresAdapter } from "./postgres-adapter.ts";
import { CHANNEL, createPostgresListener } from "./postgres-listener.ts";
import { advisoryKey, withPostgresLock } from "./postgres-lock.ts";
import { createPostgresPool } from "./postgres-pool.ts";

/** How long a process waits for another one's migrations, and for tables in use, ms. */
const MIGRATION_WAIT_MS = 60_000;

/** How often listeners are woken without an announcement, should those not get through, ms. */
const POLL_MS = 1000;

/** Returns PostgreSQL as an engine. Nothing is connected before the first query. */
export function createPostgresEngine(url: string): Engine {
  const queue = createNamedQueue();
  const announcements = createAnnouncements();
  const listener = createPostgresListener(url, () => announcements.wake());
  const pool = createPostgresPool(url);
  const dialect = new PostgresDialect({ pool });
  const adapter = createPostgresAdapter();
  let poll: NodeJS.Timeout | undefined;

  return {
    name: "postgres",
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => dialect.createDriver(),
      createIntrospector: (kysely) => dialect.createIntrospector(kysely),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
    schemaTools: postgresSchemaTools,
    async enterMigration(transaction) {
      await sql`set local statement_timeout = 0`.execute(transaction);
      await sql`set local lock_timeout = ${sql.lit(MIGRATION_WAIT_MS)}`.execute(transaction);
      await sql`select pg_advisory_xact_lock(${advisoryKey("migrate")})`.execute(transaction);
    },
    async announce(transaction) {
      await sql`select pg_notify(${CHANNEL}, '')`.execute(transaction);
    },
    wake: () => announcements.wake(),
    // Waiting in this process first keeps it to one session a lock.
    lock: (name, act, waitMs) => {
      const start = performance.now();
      return queue.run(name, waitMs, () => {
        const leftMs = waitMs - (performance.now() - start);
        return withPostgresLock(name, act, { url, waitMs: leftMs });
      });
    },
    listen(wake) {
      if (poll === undefined) {
        poll = setInterval(() => announcements.wake(), POLL_MS).unref();
        listener.start();
      }
      return announcements.add(wake);
    },
    connections: () => pool.counts(),
    async close() {
      clearInterval(poll);
      await listener.close();
    },
  };
}

/** Text compares by its bytes, as SQLite's does, whatever the database's own collation. */
function postgresSchemaTools(schema: SchemaTools["schema"]): SchemaTools {
  return {
    schema,
    types: {
      text: sql`text collate "C"`,
      integer: "bigint",
      double: "double precision",
      blob: "bytea",
    },
    createTable: (name) => schema.createTable(name),
    appendOnly: (table): readonly Compilable[] => {
      const refuse = sql.ref(`${table}_refuses`);
      const message = sql.lit(`${table} is append-only`);
      return [
        sql`create function ${refuse}() returns trigger language plpgsql as $$ begin raise exception ${message}; end $$`,
        sql`create trigger ${refuse} before update or delete on ${sql.table(table)} for each row execute function ${refuse}()`,
        sql`create trigger ${sql.ref(`${table}_refuses_truncate`)} before truncate on ${sql.table(table)} for each statement execute function ${refuse}()`,
      ];
    },
  };
}
