import { createHash } from "node:crypto";
import { Client } from "pg";
import { isStorageError, storageError } from "../../storage-error.ts";
import { lockTimeout } from "../named-queue.ts";
import { fromPostgresError } from "./postgres-errors.ts";
import { postgresConfig } from "./postgres-url.ts";

/** How to hold a lock. */
export interface PostgresLockOptions {
  readonly url: string;
  readonly waitMs: number;
}

/**
 * Runs `act` while a session of its own holds the advisory lock of `name`. The server frees the lock
 * with the session, however the process ends. A session of its own, because a lock held by a pooled
 * connection could starve the very work it protects.
 *
 * When the session is lost, the lock may be somebody else's: `act`'s signal then aborts.
 */
export async function withPostgresLock<T>(
  name: string,
  act: (signal: AbortSignal) => Promise<T>,
  { url, waitMs }: PostgresLockOptions,
): Promise<T> {
  const lost = new AbortController();
  const session = new Client({
    ...postgresConfig(url),
    // Zero would wait for ever.
    lock_timeout: Math.max(1, Math.ceil(waitMs)),
    statement_timeout: 0,
  });
  const onLost = (): void => {
    lost.abort(storageError("DATABASE_UNREACHABLE", `the session that held "${name}" was lost`));
  };
  session.on("error", onLost);
  session.on("end", onLost);
  try {
    await acquire(session, name, waitMs);
    return await act(lost.signal);
  } finally {
    session.off("end", onLost);
    await session.end();
  }
}

async function acquire(session: Client, name: string, waitMs: number): Promise<void> {
  try {
    await session.connect();
    await session.query("select pg_advisory_lock($1)", [advisoryKey(name)]);
  } catch (error) {
    const meaning = fromPostgresError(error);
    throw isStorageError(meaning, "DATABASE_BUSY") ? lockTimeout(name, waitMs) : meaning;
  }
}

/** The 64 bits PostgreSQL knows a lock by: the first of SHA-256 of its name. */
export function advisoryKey(name: string): bigint {
  return createHash("sha256").update(`holdfast:${name}`).digest().readBigInt64BE();
}
