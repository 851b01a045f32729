import { upsertRows, whileBusy } from "../../storage/index.ts";
import type { Database, Transaction } from "../../storage/index.ts";
import { deleteTimes } from "./due-marks.ts";
import type { DueMark } from "./due-marks.ts";
import { insertMarks } from "./mark-states.ts";
import type { StatePlace } from "./state-places.ts";

/** Values of one statement. */
const AT_ONCE = 5000;

/** What was written of a place. */
export interface WrittenStates {
  /** The marks it was for. */
  readonly marks: readonly DueMark[];
  /** When each of the states changes by itself, by pseudonym; undefined where it does not. */
  readonly changesAt: ReadonlyMap<string, number | undefined>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Deletes the marks of states that were written, and remembers when these change by themselves. Where some of
 * the marks are gone, another process has written the same, before or after; so they are marked anew, and
 * what is written last is what is true.
 */
export async function settleMarks(
  database: Database,
  place: StatePlace,
  { marks, changesAt, now }: WrittenStates,
): Promise<void> {
  await whileBusy(() =>
    database.transaction(async (transaction) => {
      const deleted = await deleteMarks(
        transaction,
        place,
        marks.map(({ id }) => id),
      );
      if (deleted < marks.length) {
        const again = [...changesAt.keys()].map((owner) => ({ owner, kind: "changed" }) as const);
        await insertMarks(transaction, place, again);
      }
      await rememberTimes(transaction, place, changesAt);
      await transaction.queries
        .updateTable("worker_state_places")
        .set((row) => ({
          written: row("written", "+", changesAt.size),
          last_written_at: now,
          problem: null,
        }))
        .where("app", "=", place.app)
        .where("environment", "=", place.environment)
        .where("begun_at", "=", place.begun_at)
        .execute();
    }),
  );
}

/** Deletes marks by their ids; returns how many were there. */
export async function deleteMarks(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: Pick<StatePlace, "app" | "environment">,
  ids: readonly string[],
): Promise<number> {
  let deleted = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const { numDeletedRows } = await queries
      .deleteFrom("worker_state_marks")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("id", "in", ids.slice(from, from + AT_ONCE))
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
  }
  return deleted;
}

async function rememberTimes(
  { queries }: Transaction,
  { app, environment }: StatePlace,
  changesAt: WrittenStates["changesAt"],
): Promise<void> {
  // In one order: two processes that remember the same wait in turn.
  const all = [...changesAt].sort(([one], [other]) => (one < other ? -1 : 1));
  await upsertRows(
    { queries },
    {
      table: "worker_state_times",
      rows: all.flatMap(([pseudonym, at]) =>
        at === undefined ? [] : [{ app, environment, pseudonym, changes_at: at }],
      ),
      keys: ["app", "environment", "pseudonym"],
      changes: { changes_at: "replace" },
    },
  );
  const still = all.flatMap(([pseudonym, at]) => (at === undefined ? [pseudonym] : []));
  for (let from = 0; from < still.length; from += AT_ONCE) {
    await deleteTimes(queries, { app, environment }, still.slice(from, from + AT_ONCE));
  }
}
