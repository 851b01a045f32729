import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, onTestFinished, test } from "vitest";
import type { StorageDatabase } from "../create-database.ts";
import type { EngineName } from "../engines/engine.ts";
import { openStorageDatabase } from "../open-database.ts";
import {
  copySqliteTemplate,
  emptyPostgresDatabase,
  postgresTemplateOn,
} from "./migrated-templates.ts";
import type { DatabaseOptions } from "../open-database.ts";

/** An engine the tests run on. */
export interface TestEngine {
  readonly name: EngineName;
  /** Returns where a database without any table is that goes away with the test. */
  place(): Promise<DatabaseOptions>;
  /** Returns where an empty one of this release's schema is; much faster than migrating one. */
  migratedPlace(): Promise<DatabaseOptions>;
}

/** Where PostgreSQL is looked for when HOLDFAST_TEST_DATABASE_URL does not say. */
const USUAL_URLS = [
  "postgres://postgres@127.0.0.1:5432/postgres",
  "postgres://root@127.0.0.1:5432/postgres",
];

/**
 * Returns the engines of this machine: SQLite, and PostgreSQL where one can be reached. Without one a
 * skipped test says so; under CI it is an error, so that nobody believes both were tested.
 */
export async function engines(): Promise<readonly TestEngine[]> {
  const postgres = await postgresEngine();
  return postgres === undefined ? [SQLITE] : [SQLITE, postgres];
}

/** Returns PostgreSQL alone, for what only it can do; empty where there is none. */
export async function postgresEngines(): Promise<readonly TestEngine[]> {
  const postgres = await postgresEngine();
  return postgres === undefined ? [] : [postgres];
}

/** Opens a new database on an engine, closed when the test is over. */
export async function openTestDatabase(
  engine: TestEngine,
  options: Pick<DatabaseOptions, "now"> = {},
): Promise<StorageDatabase> {
  return openTestDatabaseAt({ ...(await engine.migratedPlace()), ...options });
}

/** Opens a database that exists already, closed when the test is over. */
export async function openTestDatabaseAt(options: DatabaseOptions): Promise<StorageDatabase> {
  const database = await openStorageDatabase(options);
  onTestFinished(() => database.close());
  return database;
}

/** SQLite in a directory of its own. */
export const SQLITE: TestEngine = {
  name: "sqlite",
  place: async () => ({ engine: "sqlite", directory: await temporaryDirectory() }),
  async migratedPlace() {
    const directory = await temporaryDirectory();
    await copySqliteTemplate(directory);
    return { engine: "sqlite", directory };
  },
};

/** Makes a directory that goes away with the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-storage-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs one statement with a connection of its own. */
export async function runOn(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A test may end this connection from elsewhere; the query's own failure is enough.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement, [...parameters]);
    return rows;
  } finally {
    await client.end();
  }
}

async function postgresEngine(): Promise<TestEngine | undefined> {
  const configured = process.env["HOLDFAST_TEST_DATABASE_URL"];
  const candidates = configured === undefined ? USUAL_URLS : [configured];
  for (const url of candidates) {
    if (!(await isReachable(url))) continue;
    return {
      name: "postgres",
      place: () => createPostgresDatabase(url),
      migratedPlace: () => borrowPostgresDatabase(url),
    };
  }
  const message =
    "expected PostgreSQL at HOLDFAST_TEST_DATABASE_URL or 127.0.0.1:5432 (user postgres or root, trust authentication)";
  if (isContinuousIntegration()) throw new Error(`${message}; CI must test both engines`);
  // oxlint-disable-next-line vitest/no-disabled-tests -- says in the results what was not tested
  test.skip(`on postgres: ${message}`, () => undefined);
  return undefined;
}

function isContinuousIntegration(): boolean {
  const value = process.env["CI"] ?? "";
  return value !== "" && value !== "false" && value !== "0";
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await runOn(url, "select 1");
    return true;
  } catch {
    return false;
  }
}

async function createPostgresDatabase(serverUrl: string): Promise<DatabaseOptions> {
  const { name, url } = await makePostgresDatabase(serverUrl);
  onTestFinished(() => dropPostgresDatabase(serverUrl, name));
  return { engine: "postgres", url };
}

async function makePostgresDatabase(
  serverUrl: string,
  made = "",
): Promise<{ readonly name: string; readonly url: string }> {
  const name = `holdfast_test_${randomUUID().replaceAll("-", "")}`;
  await runOn(serverUrl, `create database ${name} ${made}`);
  return { name, url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href };
}

async function dropPostgresDatabase(serverUrl: string, name: string): Promise<void> {
  await runOn(serverUrl, `drop database ${name} with (force)`);
}

/** Migrated databases of this file's tests that are empty again, and how to drop them. */
const idle: { readonly url: string; readonly drop: () => Promise<void> }[] = [];

afterAll(async () => {
  for (const { drop } of idle.splice(0)) await drop();
});

/** Lends a migrated database to a test, and empties it after: making one takes longer than most tests. */
async function borrowPostgresDatabase(serverUrl: string): Promise<DatabaseOptions> {
  const database = idle.pop() ?? (await makeMigratedDatabase(serverUrl));
  onTestFinished(async () => {
    await emptyPostgresDatabase(database.url);
    idle.push(database);
  });
  return { engine: "postgres", url: database.url };
}

async function makeMigratedDatabase(serverUrl: string): Promise<(typeof idle)[number]> {
  const template = await postgresTemplateOn(serverUrl);
  const { name, url } = await makePostgresDatabase(serverUrl, `template ${template}`);
  return { url, drop: () => dropPostgresDatabase(serverUrl, name) };
}
