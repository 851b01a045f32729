import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Database } from "../../storage/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../../subscribers/index.ts";
import { addUnits, noteSignals, outcomeJobs } from "../index.ts";
import type { OutcomeUnit } from "../outcome-units.ts";
import { PLACE } from "./decided.ts";

/** A place in which decisions and news arrive, and time passes. */
export interface OutcomeWorld {
  readonly place: SubscriptionPlace;
  /** Milliseconds since 1970. */
  readonly clock: { now: number };
  decide(...decisions: readonly DecisionRecord[]): Promise<void>;
  tell(...news: readonly SubscriptionNews[]): Promise<void>;
  /**
   * Runs the job that decides.
   *
   * @param replica - `skewMs`: how far its clock is ahead; `diesAfter`: how many transactions it commits
   *   before it dies in the middle of one
   */
  attribute(replica?: { readonly skewMs?: number; readonly diesAfter?: number }): Promise<void>;
  /** Returns the units, by subscription and name. */
  units(): Promise<readonly OutcomeUnit[]>;
  /** Returns what is counted, in lines like `fallback keep kept/open 3`, in the order of the text. */
  counts(): Promise<readonly string[]>;
  /** Returns what was paid, in lines like `fallback keep USD 9990 of 1`. */
  revenue(): Promise<readonly string[]>;
  /** Returns whose statuses are wanted. */
  wanted(): Promise<readonly string[]>;
}

/** What a job that is made to die throws. */
class Died extends Error {}

/** Makes an app with nothing in it yet. */
export async function openOutcomeWorld(
  database: Database,
  { now, app = PLACE.app }: { readonly now: number; readonly app?: string },
): Promise<OutcomeWorld> {
  const { queries } = database;
  const place = { app, environment: PLACE.environment };
  const at = { created_at: 0, updated_at: 0 };
  await queries
    .insertInto("apps")
    .values({ id: app, name: app, bundle_id: `com.example.${app}`, apple_id: 1, version: 1, ...at })
    .execute();
  const clock = { now };
  return {
    place,
    clock,
    decide: (...decisions) =>
      database.transaction((transaction) => addUnits(transaction, place, decisions)),
    tell: (...news) => database.transaction((transaction) => noteSignals(transaction, place, news)),
    async attribute({ skewMs = 0, diesAfter } = {}) {
      const used = diesAfter === undefined ? database : dying(database, diesAfter);
      const [job] = outcomeJobs({ database: used, now: () => clock.now + skewMs });
      const { signal } = new AbortController();
      const run = job?.run({ id: "job", payload: null, attempt: 1, signal });
      await run?.catch((error: unknown) => {
        if (!(error instanceof Died)) throw error;
      });
    },
    units: () =>
      queries
        .selectFrom("outcome_units")
        .selectAll()
        .where("app", "=", app)
        .orderBy("pseudonym")
        .orderBy("unit")
        .execute(),
    async counts() {
      const rows = await queries
        .selectFrom("outcome_counts")
        .selectAll()
        .where("app", "=", app)
        .where("count", "<>", 0)
        .execute();
      return rows.map((row) => countLine(row, row.count)).toSorted();
    },
    async revenue() {
      const rows = await queries
        .selectFrom("outcome_revenue")
        .selectAll()
        .where("app", "=", app)
        .where((row) => row.or([row("renewals", "<>", 0), row("milliunits", "<>", 0)]))
        .execute();
      return rows.map((row) => revenueLine(row, row)).toSorted();
    },
    async wanted() {
      const rows = await queries
        .selectFrom("wanted_statuses")
        .select("subject")
        .where("app", "=", app)
        .orderBy("subject")
        .execute();
      return rows.map(({ subject }) => subject);
    },
  };
}

type Group = Pick<OutcomeUnit, "unit" | "rule" | "arm" | "message" | "delivered" | "day">;

function groupLine({ unit, rule, arm, message, delivered, day }: Group): string {
  return [unit, rule, arm, message, delivered, new Date(day).toISOString().slice(0, 10)]
    .filter((part) => part !== "")
    .join(" ");
}

function countLine(row: Group & Pick<OutcomeUnit, "outcome" | "renewal">, count: number): string {
  return `${groupLine(row)} ${row.outcome}/${row.renewal} ${count}`;
}

function revenueLine(
  row: Group & { readonly currency: string | null },
  { milliunits, renewals }: { readonly milliunits: number; readonly renewals: number },
): string {
  return `${groupLine(row)} ${row.currency} ${milliunits} of ${renewals}`;
}

/** Counts units one by one, as {@link OutcomeWorld.counts} and {@link OutcomeWorld.revenue} show it. */
export function countUnits(units: readonly OutcomeUnit[]): {
  readonly counts: readonly string[];
  readonly revenue: readonly string[];
} {
  const groups = Object.values(Object.groupBy(units, (unit) => countLine(unit, 0)));
  const paid = units.filter(({ revenue }) => revenue !== null);
  const paidGroups = Object.values(
    Object.groupBy(paid, (unit) => revenueLine(unit, { milliunits: 0, renewals: 0 })),
  );
  return {
    counts: groups
      .flatMap((group = []) => (group[0] ? [countLine(group[0], group.length)] : []))
      .toSorted(),
    revenue: paidGroups
      .flatMap((group = []) => {
        const milliunits = group.reduce((sum, { revenue }) => sum + (revenue ?? 0), 0);
        return group[0] ? [revenueLine(group[0], { milliunits, renewals: group.length })] : [];
      })
      .toSorted(),
  };
}

/** A database whose transactions stop committing after some. */
function dying(database: Database, commits: number): Database {
  let left = commits;
  return {
    ...database,
    queries: database.queries,
    transaction: (act) =>
      database.transaction(async (transaction) => {
        const result = await act(transaction);
        if (left === 0) throw new Died("killed");
        left -= 1;
        return result;
      }),
  };
}
