import type { Kysely } from "kysely";
import type { NewChange } from "./changes/record-changes.ts";
import type { ConnectionCounts } from "./engines/connection-counts.ts";
import type { EngineName } from "./engines/engine.ts";
import type { Schema } from "./schema/schema.ts";

/** Queries on the tables, as Kysely builds them; without its own ways to transactions and engines. */
export type Queries = Pick<
  Kysely<Schema>,
  | "selectFrom"
  | "insertInto"
  | "updateTable"
  | "deleteFrom"
  | "with"
  | "withRecursive"
  | "selectNoFrom"
  | "fn"
  | "case"
>;

/** What happens together or not at all. */
export interface Transaction {
  /** Reads and writes inside the transaction. */
  readonly queries: Queries;
  /** Adds to the feed of changes when the transaction commits. Topics are named by who writes them. */
  readonly announce: (change: NewChange) => void;
}

/** How long to wait for a lock. */
export interface LockOptions {
  /** ms; default 10,000. 0 takes it only when it is free. */
  readonly waitMs?: number;
}

/** An open, migrated database. */
export interface Database {
  readonly engine: EngineName;
  /** Single statements outside a transaction. */
  readonly queries: Queries;
  /**
   * Runs `act` and commits, or undoes everything when it throws. Inside, only `transaction.queries`
   * may be used: a query around the transaction throws DATABASE_TRANSACTION, since with SQLite it
   * would wait for ever. Nothing slow belongs inside, no network above all: SQLite has one
   * connection, and PostgreSQL ends a transaction that idles for a minute.
   *
   * Another transaction may change what this one has read (PostgreSQL reads what is committed). Who
   * decides by what was read writes conditionally (`where version = …`) or holds a {@link lock}.
   *
   * Throws DATABASE_BUSY when two transactions met, and the whole may be tried again;
   * DATABASE_UNREACHABLE while committing leaves open whether it was committed.
   */
  transaction<T>(act: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs `act` while nobody else, in any process on this database, holds `name`. Not to be called
   * inside a transaction, and not again for the same name from inside `act`.
   *
   * `act`'s signal aborts when the lock may be somebody else's by now: on PostgreSQL, when the session
   * that held it was lost. Throws DATABASE_BUSY when the lock is not free in time.
   */
  lock<T>(
    name: string,
    act: (signal: AbortSignal) => Promise<T>,
    options?: LockOptions,
  ): Promise<T>;
  /**
   * Calls `listener`, which must not throw, whenever changes may have been committed, by this process
   * or another: at once as a rule, within a second where announcements do not get through. It may be
   * called for nothing. Returns how to stop.
   */
  onChange(listener: () => void): () => void;
  /** Returns how the pool of connections stands; absent with SQLite, which has one connection. */
  readonly connections?: () => ConnectionCounts;
  /** Waits for what is under way and closes. Closing twice is fine. */
  close(): Promise<void>;
}
