import { decisionDetailBody, decisionOf, STORED_DECISION_COLUMNS } from "../decisions/index.ts";
import type { DecisionDetailBody } from "../decisions/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** A day of decisions of one place. */
export interface ExportedDay extends SubscriptionPlace {
  /** When it begins in UTC, ms since 1970. */
  readonly day: number;
}

/** Some of the decisions of a day, being read. */
export interface DayPart {
  /** To be gone through once; never an empty page. */
  readonly pages: AsyncIterable<readonly DecisionDetailBody[]>;
  /** How far it was gone through. */
  readonly progress: PartProgress;
}

/** How far a part was read. */
interface PartProgress {
  readonly rows: number;
  /** The identifier the next part begins after. */
  readonly last: string;
}

/** Which part, and how it is read. */
export interface PartOptions {
  /** The identifier it begins after; the empty text for the day's first. */
  readonly after: string;
  readonly maxRows: number;
  /** Rows read at once. */
  readonly pageRows: number;
  readonly signal: AbortSignal;
}

/** Returns the decisions of a day that follow one, by their identifiers. */
export function readPart(
  queries: Queries,
  { app, environment, day }: ExportedDay,
  { after, maxRows, pageRows, signal }: PartOptions,
): DayPart {
  const progress = { rows: 0, last: after };
  async function* read(): AsyncGenerator<readonly DecisionDetailBody[], void, undefined> {
    while (progress.rows < maxRows) {
      signal.throwIfAborted();
      const limit = Math.min(pageRows, maxRows - progress.rows);
      const rows = await queries
        .selectFrom("decisions")
        .select(STORED_DECISION_COLUMNS)
        .where("app", "=", app)
        .where("environment", "=", environment)
        .where("day", "=", day)
        .where("request_identifier", ">", progress.last)
        .orderBy("request_identifier")
        .limit(limit)
        .execute();
      const last = rows.at(-1)?.request_identifier;
      if (last === undefined) return;
      progress.rows += rows.length;
      progress.last = last;
      yield rows.map((row) => decisionDetailBody(decisionOf(row)));
      if (rows.length < limit) return;
    }
  }
  return { pages: read(), progress };
}
