import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { SecretSources } from "@holdfast/control/secrets";
import { openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import type { Io, Options } from "../command.ts";
import { readSecretVariable } from "../server/secret-variable.ts";

/** The database of a server: the file in its data directory, or PostgreSQL's. */
export type DatabasePlace =
  | { readonly engine: "sqlite"; readonly directory: string }
  | { readonly engine: "postgres"; readonly url: string };

/**
 * Returns the database that a server with the same options and environment has: `HOLDFAST_DATABASE_URL`,
 * the file `HOLDFAST_DATABASE_URL_FILE` names, or the directory of `--data`.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function readDatabasePlace(options: Options, io: Io): Promise<DatabasePlace> {
  const url = await readSecretVariable(io, "HOLDFAST_DATABASE_URL");
  if (url !== undefined) return { engine: "postgres", url };
  return { engine: "sqlite", directory: resolve(io.cwd, options.required("data")) };
}

/**
 * Returns the data directory of an SQLite database.
 *
 * @param advice - what does the same for PostgreSQL
 * @throws UsageError `DATABASE_ENGINE_UNFIT` for PostgreSQL
 */
export function requireSqlite(place: DatabasePlace, advice: string): string {
  if (place.engine === "sqlite") return place.directory;
  throw new UsageError(
    "DATABASE_ENGINE_UNFIT",
    `expected the SQLite file of a data directory, got PostgreSQL (HOLDFAST_DATABASE_URL); ${advice}`,
  );
}

/**
 * Opens a database that is there, brings it to this release's schema, and closes it after `act`.
 *
 * Throws what `openDatabase()` throws, DATABASE_IN_USE while a server has the SQLite file open.
 */
export async function withDatabase<T>(
  place: DatabasePlace,
  act: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(
    place.engine === "sqlite" ? { ...place, mustExist: true } : place,
  );
  try {
    return await act(database);
  } finally {
    await database.close();
  }
}

/** Returns where the secrets of a server on this database are; none is made. */
export function secretSourcesOf(place: DatabasePlace, { env }: Pick<Io, "env">): SecretSources {
  return {
    env,
    mustExist: true,
    // Replicas on PostgreSQL are given theirs.
    dataDirectory: place.engine === "sqlite" ? place.directory : undefined,
  };
}
