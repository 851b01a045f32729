import { createHash, randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { createDatabase } from "../create-database.ts";
import { dataDirectory } from "../engines/sqlite/data-directory.ts";
import { migrate } from "../migrate/migrate.ts";
import { MIGRATIONS } from "../migrations/index.ts";
import { openEngine } from "../open-database.ts";
import type { DatabaseOptions } from "../open-database.ts";

/** Brings a database to this release's schema, and writes nothing else. */
async function migrateAt(place: DatabaseOptions): Promise<void> {
  const database = createDatabase(openEngine(place), Date.now);
  try {
    await migrate(database, { migrations: MIGRATIONS, now: Date.now });
  } finally {
    await database.close();
  }
}

let sqliteTemplate: Promise<string> | undefined;

/** Makes a migrated SQLite database in a directory: a copy of one that is made once in this process. */
export async function copySqliteTemplate(directory: string): Promise<void> {
  sqliteTemplate ??= makeSqliteTemplate();
  copyFileSync(await sqliteTemplate, dataDirectory(directory).database);
}

async function makeSqliteTemplate(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-template-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  await migrateAt({ engine: "sqlite", directory });
  return dataDirectory(directory).database;
}

let postgresTemplate: Promise<string> | undefined;

/**
 * Returns the name of a migrated database on a PostgreSQL server, to make others of. It is made once for
 * each schema and stays there, a few megabytes, for the next run.
 */
export function postgresTemplateOn(serverUrl: string): Promise<string> {
  postgresTemplate ??= makePostgresTemplate(serverUrl);
  return postgresTemplate;
}

/** Any number that nothing else of ours locks on the server's own database. */
const TEMPLATE_LOCK = 4_711_002;

async function makePostgresTemplate(serverUrl: string): Promise<string> {
  const name = `holdfast_template_${schemaHash()}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rows.length > 0) return name;
    const draft = `holdfast_draft_${randomUUID().replaceAll("-", "")}`;
    await client.query(`create database ${draft}`);
    const url = Object.assign(new URL(serverUrl), { pathname: `/${draft}` }).href;
    await migrateAt({ engine: "postgres", url });
    // Under its name only when it is whole.
    await client.query(`alter database ${draft} rename to ${name}`);
    return name;
  } finally {
    // Ends the lock, too.
    await client.end();
  }
}

/** Ends whoever is still connected, and deletes every row, append-only ones too; the schema stays. */
export async function emptyPostgresDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    // No trigger and no reference is in the way then.
    await client.query("set session_replication_role = replica");
    const { rows: tables } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'",
    );
    const filled = tables.map(
      ({ name }) => `select '${name}' as name where exists (select 1 from ${name})`,
    );
    const { rows } = await client.query<{ name: string }>(filled.join(" union all "));
    for (const { name } of rows) await client.query(`delete from ${name}`);
  } finally {
    await client.end();
  }
}

/** Changes with everything a migrated database is made of. */
function schemaHash(): string {
  const hash = createHash("sha256");
  for (const folder of ["migrations", "migrate", "engines/postgres"]) {
    const directory = new URL(`../${folder}/`, import.meta.url);
    for (const file of readdirSync(directory).toSorted()) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      hash.update(file).update(readFileSync(new URL(file, directory)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
