import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Queries } from "../storage/index.ts";
import type { PublicationPlace } from "../publishing/publishing-means.ts";
import type { AnswerCounts, Served } from "./tables.ts";

/** The ways requests end that are counted. */
const ENDINGS = ["answered", "fallback", "deferred", "refused", "unavailable"] as const;

const NOTHING: AnswerCounts = {
  answered: 0,
  fallback: 0,
  deferred: 0,
  refused: 0,
  unavailable: 0,
};

/** The milliseconds of an hour. */
export const HOUR_MS = 3_600_000;

/** Returns the beginning of the hour that a moment lies in, both in ms since 1970. */
export function hourOf(at: number): number {
  return at - (at % HOUR_MS);
}

/**
 * Returns what a runtime has counted by two reports of one run, which may come in either order: each count
 * as far as it got, for counts only rise.
 */
export function mergeCounts(
  before: AnswerCounts | undefined,
  after: AnswerCounts | undefined,
): AnswerCounts | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  const counts = ENDINGS.map(
    (ending) => [ending, Math.max(before[ending], after[ending])] as const,
  );
  const lastRequestAt = Math.max(before.lastRequestAt ?? 0, after.lastRequestAt ?? 0);
  return {
    ...NOTHING,
    ...Object.fromEntries(counts),
    ...(lastRequestAt === 0 ? {} : { lastRequestAt }),
  };
}

/** What came between two reports of a runtime. */
export interface CountedSince {
  /** Of the same run; undefined: the run began after whatever was reported before. */
  readonly before: readonly Served[] | undefined;
  readonly after: readonly Served[];
  /** The time now, ms since 1970: what was counted goes into its hour. */
  readonly now: number;
}

/**
 * Adds what a runtime has counted since its last report to the totals of this hour. What it counted while
 * control was away thereby goes into the hour it came back.
 */
export async function addAnswers(
  queries: Queries,
  { before = [], after, now }: CountedSince,
): Promise<void> {
  const added = after.flatMap((served) => {
    const known = before.find((place) => isSamePlace(place, served))?.answers ?? NOTHING;
    return served.answers === undefined
      ? []
      : [{ ...served, answers: less(served.answers, known) }];
  });
  // In one order everywhere, so that two reports wait for each other in turn.
  added.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  for (const { app, environment, answers } of added) {
    const { lastRequestAt = 0, ...counts } = answers;
    if (Object.values(counts).every((count) => count === 0)) continue;
    const last_request_at = Math.min(lastRequestAt, now);
    const row = { app, environment, hour: hourOf(now), ...counts, last_request_at };
    await addToHour(queries, row);
  }
}

/** Rows of totals as they are added. */
type HourRow = Omit<AnswerCounts, "lastRequestAt"> & {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly hour: number;
  readonly last_request_at: number;
};

async function addToHour(queries: Queries, row: HourRow): Promise<void> {
  await queries
    .insertInto("answer_hours")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "hour"]).doUpdateSet((column) => {
        const sum = (name: (typeof ENDINGS)[number]) =>
          column(column.ref(`answer_hours.${name}`), "+", column.ref(`excluded.${name}`));
        return {
          answered: sum("answered"),
          fallback: sum("fallback"),
          deferred: sum("deferred"),
          refused: sum("refused"),
          unavailable: sum("unavailable"),
          last_request_at: column
            .case()
            .when("excluded.last_request_at", ">", column.ref("answer_hours.last_request_at"))
            .then(column.ref("excluded.last_request_at"))
            .else(column.ref("answer_hours.last_request_at"))
            .end(),
        };
      }),
    )
    .execute();
}

function less(counts: AnswerCounts, known: AnswerCounts): AnswerCounts {
  const rest = ENDINGS.map((ending) => [ending, counts[ending] - known[ending]] as const);
  return { ...counts, ...Object.fromEntries(rest) };
}

function isSamePlace(one: PublicationPlace, other: PublicationPlace): boolean {
  return one.app === other.app && one.environment === other.environment;
}

function nameOf({ app, environment }: PublicationPlace): string {
  return `${app} ${environment}`;
}

/** The totals of one hour. */
export interface AnswerHour extends Omit<AnswerCounts, "lastRequestAt"> {
  /** The hour's beginning, ms since 1970. */
  readonly hour: number;
  /** When Apple last asked until its end, ms since 1970; 0 where it had not. */
  readonly lastRequestAt: number;
}

/** Returns the totals of the hours from one on, in order; hours in which nothing ended are left out. */
export async function readAnswerHours(
  queries: Queries,
  { app, environment }: PublicationPlace,
  from: number,
): Promise<readonly AnswerHour[]> {
  return queries
    .selectFrom("answer_hours")
    .select(["hour", ...ENDINGS, "last_request_at as lastRequestAt"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("hour", ">=", from)
    .orderBy("hour")
    .execute();
}
