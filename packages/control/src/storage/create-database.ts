import { AsyncLocalStorage } from "node:async_hooks";
import { AbortedTransactionError, Kysely } from "kysely";
import type { KyselyPlugin } from "kysely";
import { recordChanges } from "./changes/record-changes.ts";
import type { NewChange } from "./changes/record-changes.ts";
import type { Database, Transaction } from "./database.ts";
import type { Engine } from "./engines/engine.ts";
import type { Schema } from "./schema/schema.ts";
import { storageError } from "./storage-error.ts";

/** Default of `LockOptions.waitMs`. */
const LOCK_WAIT_MS = 10_000;

/** A database with what only storage itself may use. */
export interface StorageDatabase extends Database {
  /** The whole of Kysely, for migrations and copies. */
  readonly kysely: Kysely<Schema>;
  readonly port: Engine;
}

/** Returns a database on an engine. Nothing is connected or migrated yet. */
export function createDatabase(engine: Engine, now: () => number): StorageDatabase {
  const kysely = new Kysely<Schema>({ dialect: engine.dialect });
  const scope = createTransactionScope();
  let closing: Promise<void> | undefined;

  async function commitWithChanges<T>(
    queries: Kysely<Schema>,
    act: (transaction: Transaction) => Promise<T>,
  ): Promise<{ readonly result: T; readonly announced: boolean }> {
    const changes: NewChange[] = [];
    const announce = (change: NewChange): void => {
      changes.push(change);
    };
    const result = await scope.run(() => act({ queries, announce }));
    if (changes.length > 0) {
      await recordChanges(queries, changes, now());
      await engine.announce(queries);
    }
    return { result, announced: changes.length > 0 };
  }

  return {
    engine: engine.name,
    port: engine,
    kysely,
    queries: kysely.withPlugin(scope.guard),
    async transaction(act) {
      scope.refuse();
      try {
        const { result, announced } = await kysely
          .transaction()
          // What SQLite cannot do differently; PostgreSQL's default can be changed by its owner.
          .setIsolationLevel("read committed")
          .execute((queries) => commitWithChanges(queries, act));
        if (announced) engine.wake();
        return result;
      } catch (error) {
        throw error instanceof AbortedTransactionError ? transactionAborted() : error;
      }
    },
    async lock(name, act, { waitMs = LOCK_WAIT_MS } = {}) {
      scope.refuse();
      return engine.lock(name, act, waitMs);
    },
    onChange: (listener) => engine.listen(listener),
    ...(engine.connections && { connections: engine.connections }),
    close() {
      closing ??= closeBoth(kysely, engine);
      return closing;
    },
  };
}

async function closeBoth(kysely: Kysely<Schema>, engine: Engine): Promise<void> {
  try {
    // The pool waits for its connections by itself; SQLite's one connection is taken once more, after
    // everybody who waits for it.
    if (engine.name === "sqlite") await kysely.connection().execute(() => Promise.resolve());
    await kysely.destroy();
  } finally {
    await engine.close();
  }
}

/** Knows whether the code that runs was called by a transaction that is still open. */
interface TransactionScope {
  run<T>(act: () => Promise<T>): Promise<T>;
  /** Throws DATABASE_TRANSACTION inside a transaction. */
  refuse(): void;
  /** {@link TransactionScope.refuse} before each query. */
  readonly guard: KyselyPlugin;
}

function createTransactionScope(): TransactionScope {
  const current = new AsyncLocalStorage<{ open: boolean }>();

  function refuse(): void {
    if (current.getStore()?.open !== true) return;
    throw storageError(
      "DATABASE_TRANSACTION",
      "a transaction used the database around itself; inside, use the queries the transaction was given",
    );
  }

  return {
    refuse,
    async run(act) {
      const transaction = { open: true };
      try {
        return await current.run(transaction, act);
      } finally {
        transaction.open = false;
      }
    },
    guard: {
      transformQuery({ node }) {
        refuse();
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    },
  };
}

function transactionAborted(): Error {
  return storageError(
    "DATABASE_TRANSACTION",
    "a statement of this transaction failed and its error was not passed on; nothing was kept",
  );
}
