import type { Client, PoolClient } from "pg";

/** Sees to it that nobody waits for ever for a server that is gone. */
export interface SilenceWatch {
  /** To be called before each statement, and what it returns after it. */
  watch(statement: string): () => void;
}

/** A transaction without the server's own limit may take as long as it takes: a migration. */
const LIFTS_LIMIT = /^set local statement_timeout = 0$/i;

const ENDS_TRANSACTION = /^(?:commit|rollback)$/i;

/**
 * Returns what ends a connection when the server says nothing about a statement: its host lost its power,
 * or a firewall drops everything. Nobody hears of that, and the system would go on trying for a quarter of
 * an hour. The statement then fails as on any lost connection.
 */
export function createSilenceWatch(client: PoolClient, silentAfterMs: number): SilenceWatch {
  let hasLimit = true;
  return {
    watch(statement) {
      if (LIFTS_LIMIT.test(statement)) hasLimit = false;
      if (ENDS_TRANSACTION.test(statement)) hasLimit = true;
      if (!hasLimit) return () => undefined;
      const timer = setTimeout(() => end(client), silentAfterMs).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** With a statement under way the socket is destroyed, and nobody waits for the server. */
function end(client: PoolClient): void {
  // The connections of a pool are whole clients; its type hides the end from those who borrow one.
  void (client as unknown as Client).end().catch(() => undefined);
}
