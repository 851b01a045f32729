import type { PostgresPool, PostgresPoolClient } from "kysely";
import { Pool } from "pg";
import type { PoolClient } from "pg";
import type { ConnectionCounts } from "../connection-counts.ts";
import { checkParameters } from "../../parameter-rules.ts";
import { storageError } from "../../storage-error.ts";
import { fromPostgresError } from "./postgres-errors.ts";
import { postgresConfig, STATEMENT_TIMEOUT_MS } from "./postgres-url.ts";
import { createSilenceWatch } from "./silence-watch.ts";

/** Connections of one process; a transaction needs one. */
const MAX_CONNECTIONS = 10;

/** The server ends a statement before, and says so; whoever says nothing for so long is gone, ms. */
const SILENT_AFTER_MS = STATEMENT_TIMEOUT_MS + 5000;

/** How a pool differs from the usual. */
export interface PostgresPoolOptions {
  /** How long the server may say nothing about a statement, ms; default five seconds more than one may take. */
  readonly silentAfterMs?: number;
}

/** A pool that can say how it stands. */
export interface CountedPool extends PostgresPool {
  counts(): ConnectionCounts;
}

/**
 * Returns a pool of connections in Kysely's shape, whose errors are storage's. A connection that the
 * server or the network ends leaves the pool; the next query gets a new one.
 */
export function createPostgresPool(
  url: string,
  { silentAfterMs = SILENT_AFTER_MS }: PostgresPoolOptions = {},
): CountedPool {
  const pool = new Pool({ ...postgresConfig(url), max: MAX_CONNECTIONS });
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  // Without listeners, losing a connection nobody is querying on would end the process. Whoever
  // queries next sees the failure, so there is nothing else to do.
  pool.on("error", ignore);
  pool.on("connect", (client) => {
    client.on("error", ignore);
  });

  function wrap(client: PoolClient): PostgresPoolClient {
    // Kysely knows its connections by identity.
    const known = wrapped.get(client) ?? createPoolClient(client, silentAfterMs);
    wrapped.set(client, known);
    return known;
  }

  return {
    options: {},
    connect: () =>
      pool.connect().then(wrap, (error: unknown) => {
        throw isExhausted(pool) ? noConnectionLeft() : fromPostgresError(error);
      }),
    end: () => pool.end(),
    counts: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
  };
}

function createPoolClient(client: PoolClient, silentAfterMs: number): PostgresPoolClient {
  const silence = createSilenceWatch(client, silentAfterMs);
  const query = async (statement: string, parameters: readonly unknown[]): Promise<unknown> => {
    const stopWatching = silence.watch(statement);
    try {
      return await client.query(statement, parameters.map(checkedParameter));
    } catch (error) {
      throw fromPostgresError(error);
    } finally {
      stopWatching();
    }
  };
  return {
    // Kysely's interface also has cursors, which it uses only when it was given a cursor class.
    query: query as PostgresPoolClient["query"],
    release: (destroy) => {
      client.release(destroy);
    },
  };
}

/** A list is what a statement of storage's own takes apart again; each of its values is checked. */
function checkedParameter(parameter: unknown): unknown {
  return checkParameters(Array.isArray(parameter) ? parameter : [parameter]) && parameter;
}

function isExhausted(pool: Pool): boolean {
  return pool.totalCount >= MAX_CONNECTIONS && pool.idleCount === 0;
}

function noConnectionLeft(): Error {
  return storageError(
    "DATABASE_BUSY",
    `all ${MAX_CONNECTIONS} connections were in use for too long; try again`,
  );
}

function ignore(): void {}
