import type { PublicationPlace } from "../publishing/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { FixtureReport } from "./tables.ts";

/** What stands in for a report before the first check. */
const NOTHING_CHECKED: FixtureReport = { passed: 0, changed: 0, failed: 0, results: [] };

/** Returns the last report; an empty one before the first check. */
export async function readFixtureReport(
  queries: Queries,
  { app, environment }: PublicationPlace,
): Promise<FixtureReport> {
  const row = await queries
    .selectFrom("fixture_checks")
    .select("report")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row === undefined ? NOTHING_CHECKED : fromJsonText(row.report);
}

/** Keeps a report in place of the one before. Of two checks at the same time the later one stays. */
export async function keepFixtureReport(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: PublicationPlace,
  report: FixtureReport & { readonly checkedAt: number },
): Promise<void> {
  const columns = {
    checked_at: report.checkedAt,
    sequence: report.sequence ?? 0,
    failed: report.failed,
    report: toJsonText(report),
  };
  await queries
    .insertInto("fixture_checks")
    .values({ app, environment, ...columns })
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment"])
        .doUpdateSet(columns)
        .where("fixture_checks.checked_at", "<=", report.checkedAt),
    )
    .execute();
}

/** Takes fixtures that are gone out of the last report, so that nobody is told of their failures any more. */
export async function dropFromReport(
  transaction: Pick<Transaction, "queries">,
  place: PublicationPlace,
  gone: ReadonlySet<string>,
): Promise<void> {
  const report = await readFixtureReport(transaction.queries, place);
  const { checkedAt } = report;
  const results = report.results.filter(({ fixture }) => !gone.has(fixture));
  if (checkedAt === undefined || results.length === report.results.length) return;
  const counted = { ...report, ...countResults(results), checkedAt, results };
  await keepFixtureReport(transaction, place, counted);
}

/** Returns how many fixtures came out how. */
export function countResults(
  results: FixtureReport["results"],
): Pick<FixtureReport, "passed" | "changed" | "failed"> {
  const count = (wanted: string): number =>
    results.filter(({ result }) => result === wanted).length;
  return { passed: count("passed"), changed: count("changed"), failed: count("failed") };
}

/** A place that has fixtures, and how its last check stands. */
export interface CheckedPlace extends PublicationPlace {
  /** Milliseconds since 1970; undefined before the first check. */
  readonly checkedAt: number | undefined;
  /** What was live then; 0 where nothing was. */
  readonly sequence: number;
  /** When the last of its fixtures was added, milliseconds since 1970. */
  readonly addedAt: number;
}

/** Returns every place that has fixtures. */
export async function placesWithFixtures(queries: Queries): Promise<readonly CheckedPlace[]> {
  const places = await queries
    .selectFrom("fixtures")
    .select((row) => ["app", "environment", row.fn.max("created_at").as("addedAt")])
    .groupBy(["app", "environment"])
    .orderBy("app")
    .orderBy("environment")
    .execute();
  const checks = await queries
    .selectFrom("fixture_checks")
    .select(["app", "environment", "checked_at", "sequence"])
    .execute();
  return places.map(({ app, environment, addedAt }) => {
    const check = checks.find((one) => one.app === app && one.environment === environment);
    const { checked_at: checkedAt, sequence = 0 } = check ?? {};
    return { app, environment, addedAt, checkedAt, sequence };
  });
}

/** How many fixtures failed at the last check, by environment; those without a failure are left out. */
export async function failingFixtures(
  queries: Queries,
  app: string,
): Promise<readonly (Pick<CheckedPlace, "environment"> & { readonly failed: number })[]> {
  return queries
    .selectFrom("fixture_checks")
    .select(["environment", "failed"])
    .where("app", "=", app)
    .where("failed", ">", 0)
    .orderBy("environment")
    .execute();
}
