import { DAY_MS } from "../decisions/index.ts";
import type { Queries } from "../storage/index.ts";
import type { ExportedDay } from "./read-part.ts";

/** A day that is to be written, or written again. */
export interface DueDay extends ExportedDay {
  /** How many decisions its counts have now. */
  readonly counted: number;
}

/** Which days can be due, ms since 1970. */
export interface DueDays {
  /** What was requested before is deleted, or about to be: such a day stays as it was written. */
  readonly keptSince: number;
  /** Days that were over by then. */
  readonly settledBefore: number;
}

/**
 * Returns the days that were never written, or had news since: decisions that came late, or an erasure. One place
 * after the other, the oldest day of each first.
 */
export async function readDueDays(
  queries: Queries,
  { keptSince, settledBefore }: DueDays,
): Promise<readonly DueDay[]> {
  const rows = await queries
    .selectFrom("decision_counts as counts")
    .leftJoin("decision_exports as exports", (join) =>
      join
        .onRef("exports.app", "=", "counts.app")
        .onRef("exports.environment", "=", "counts.environment")
        .onRef("exports.day", "=", "counts.day"),
    )
    .select((row) => [
      "counts.app",
      "counts.environment",
      "counts.day",
      "exports.counted as written",
      "exports.erasures",
      "exports.erasures_written",
      row.fn.sum<number>("counts.count").as("counted"),
    ])
    .where("counts.day", ">=", keptSince)
    .where("counts.day", "<=", settledBefore - DAY_MS)
    .groupBy([
      "counts.app",
      "counts.environment",
      "counts.day",
      "exports.counted",
      "exports.erasures",
      "exports.erasures_written",
    ])
    .orderBy("counts.app")
    .orderBy("counts.environment")
    .orderBy("counts.day")
    .execute();
  return rows.flatMap(({ app, environment, day, written, counted, ...erased }) =>
    counted === written && erased.erasures === erased.erasures_written
      ? []
      : [{ app, environment, day, counted }],
  );
}
