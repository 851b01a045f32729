import { insertNew } from "../storage/index.ts";
import type { Database, Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { daysHeld } from "../decisions/index.ts";
import type { DueDay } from "./due-days.ts";
import type { ExportedDay } from "./read-part.ts";

/** What was known of a day as writing it began. */
export interface BegunDay {
  /** How many files there may be of the last time. */
  readonly filesBefore: number;
  readonly erasures: number;
}

/** What was written of a day. */
export interface WrittenDay {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** Notes that a day is about to be written, so that an erasure from now on finds it. */
export function beginDay(database: Database, { app, environment, day }: ExportedDay) {
  return database.transaction(async (transaction): Promise<BegunDay> => {
    const nothing = { counted: 0, erasures: 0, erasures_written: 0, rows: 0, files: 0, bytes: 0 };
    await insertNew(transaction, {
      table: "decision_exports",
      rows: [{ app, environment, day, ...nothing, exported_at: 0 }],
      keys: ["app", "environment", "day"],
    });
    const { files, erasures } = await transaction.queries
      .selectFrom("decision_exports")
      .select(["files", "erasures"])
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("day", "=", day)
      .executeTakeFirstOrThrow();
    return { filesBefore: files, erasures };
  });
}

/** Notes that a day has so many files, before the last of them is written: a run that dies then leaves none. */
export async function noteFiles(
  queries: Queries,
  { app, environment, day }: ExportedDay,
  files: number,
): Promise<void> {
  await queries
    .updateTable("decision_exports")
    .set({ files })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", "=", day)
    .execute();
}

/** Notes that a day was written, as far as it was known when that began. */
export async function endDay(
  database: Database,
  { app, environment, day, counted }: DueDay,
  { begun, written, at }: { begun: BegunDay; written: WrittenDay; at: number },
): Promise<void> {
  await database.transaction(async ({ queries }) => {
    await queries
      .updateTable("decision_exports")
      .set({ counted, erasures_written: begun.erasures, ...written, exported_at: at })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("day", "=", day)
      .execute();
  });
}

/** A day as it was last written. */
export interface ListedDay {
  readonly day: number;
  readonly decisions: number;
  readonly files: number;
  readonly bytes: number;
  readonly exportedAt: number;
}

/** Returns the days of a place that were written, the newest first. */
export async function readWrittenDays(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  limit: number,
): Promise<readonly ListedDay[]> {
  return queries
    .selectFrom("decision_exports")
    .select(["day", "rows as decisions", "files", "bytes", "exported_at as exportedAt"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("exported_at", ">", 0)
    .orderBy("day", "desc")
    .limit(limit)
    .execute();
}

/**
 * Has the days written again in which one of these subscriptions decided something; before its decisions are
 * deleted, and in the same transaction.
 */
export async function eraseFromExports(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<void> {
  const held = await daysHeld(queries, { app, environment });
  if (held.length === 0) return;
  const rows = await queries
    .selectFrom("decisions")
    .select("day")
    .distinct()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", "in", held)
    .where("pseudonym", "in", pseudonyms)
    .execute();
  if (rows.length === 0) return;
  await queries
    .updateTable("decision_exports")
    .set((row) => ({ erasures: row("erasures", "+", 1) }))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where(
      "day",
      "in",
      rows.map(({ day }) => day),
    )
    .execute();
}
