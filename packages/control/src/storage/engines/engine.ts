import type { Dialect, Kysely } from "kysely";
import type { ConnectionCounts } from "./connection-counts.ts";
import type { SchemaTools } from "../migrate/migration.ts";
import type { Schema } from "../schema/schema.ts";

/** The databases Holdfast runs on. */
export type EngineName = "sqlite" | "postgres";

/** What each engine does its own way. Everything else is the same SQL on both. */
export interface Engine {
  readonly name: EngineName;
  readonly dialect: Dialect;
  /** Makes migration tools around a schema builder. */
  schemaTools(schema: SchemaTools["schema"]): SchemaTools;
  /** Keeps other processes out of migrating until the transaction ends. */
  enterMigration(transaction: Kysely<Schema>): Promise<void>;
  /** Sees to it that other processes that listen hear of this transaction once it is committed. */
  announce(transaction: Kysely<Schema>): Promise<void>;
  /** Wakes the listeners of this process. */
  wake(): void;
  /** Runs `act` while nobody else, in any process, holds `name`. See `Database.lock()`. */
  lock<T>(name: string, act: (signal: AbortSignal) => Promise<T>, waitMs: number): Promise<T>;
  /** Calls `listener` whenever changes may have been committed; returns how to stop. */
  listen(listener: () => void): () => void;
  /** See `Database.connections`. */
  readonly connections?: () => ConnectionCounts;
  /** Lets go of everything but the dialect, which Kysely closes. */
  close(): Promise<void>;
}
