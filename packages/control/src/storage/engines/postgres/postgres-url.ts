import type { ClientConfig } from "pg";
import { storageError } from "../../storage-error.ts";
import { POSTGRES_TYPES } from "./postgres-types.ts";

/** How long we wait for a connection, ms. */
const CONNECT_TIMEOUT_MS = 5000;

/** How long one statement may take, ms. Work that needs longer belongs into batches. */
export const STATEMENT_TIMEOUT_MS = 30_000;

/** How long a statement waits for rows another transaction holds, ms. */
const LOCK_TIMEOUT_MS = 10_000;

/** How long a transaction may hold its rows without doing anything, ms. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/**
 * Returns the settings of every connection to `url`; what the URL itself says wins.
 *
 * Throws DATABASE_URL_INVALID, without the URL in the message: it holds a password.
 */
export function postgresConfig(url: string): ClientConfig {
  checkUrl(url);
  return {
    connectionString: url,
    application_name: "holdfast",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    // A peer that vanished is noticed, also on the connections that only listen or hold a lock.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: POSTGRES_TYPES,
  };
}

function checkUrl(url: string): void {
  // A URL without a host is common (a socket), and the URL standard has no objection to it.
  const protocol = URL.parse(url)?.protocol;
  if (protocol === "postgres:" || protocol === "postgresql:") return;
  throw storageError(
    "DATABASE_URL_INVALID",
    "expected a database URL such as postgres://user:password@host:5432/holdfast, got something else; " +
      "escape special characters of the password (%40 for @)",
  );
}
