import type { Selectable } from "kysely";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { PerformanceTest } from "./performance-test.ts";
import type { PerformanceTestsTable } from "./tables.ts";

/** The most tests of an app that are kept: the newest. */
const MAX_TESTS = 1000;

/** Writes down a test that has begun, and forgets the oldest over {@link MAX_TESTS}. */
export async function insertTest(queries: Queries, test: PerformanceTest): Promise<void> {
  const { app, requestId, pseudonym, startedAt, startedBy, config, result } = test;
  await queries
    .insertInto("performance_tests")
    .values({
      app,
      request_id: requestId,
      pseudonym,
      started_at: startedAt,
      started_by: startedBy,
      config: toJsonText(config),
      result,
      findings: toJsonText(test.findings),
      read_at: test.readAt,
      next_ask_at: test.nextAskAt,
    })
    .execute();
  await queries
    .deleteFrom("performance_tests")
    .where("app", "=", app)
    .where("started_at", "<", (row) =>
      row
        .selectFrom("performance_tests as newest")
        .select("newest.started_at")
        .where("newest.app", "=", app)
        .orderBy("newest.started_at", "desc")
        .limit(1)
        .offset(MAX_TESTS - 1),
    )
    .execute();
}

/** Returns a test of an app; undefined where there is none. */
export async function findTest(
  queries: Queries,
  { app, requestId }: Pick<PerformanceTest, "app" | "requestId">,
): Promise<PerformanceTest | undefined> {
  const row = await queries
    .selectFrom("performance_tests")
    .selectAll()
    .where("app", "=", app)
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  return row === undefined ? undefined : testOf(row);
}

/** Returns the test of an app that was begun last; undefined before the first. */
export async function findLatestTest(
  queries: Queries,
  app: string,
): Promise<PerformanceTest | undefined> {
  const [latest] = await listTests(queries, app, { limit: 1 });
  return latest;
}

/** Which tests to list. */
export interface ListTestsOptions {
  readonly limit: number;
  /** Only those that were begun before this one. */
  readonly after?: Pick<PerformanceTest, "startedAt" | "requestId"> | undefined;
}

/** Returns tests of an app, the newest first. */
export async function listTests(
  queries: Queries,
  app: string,
  { limit, after }: ListTestsOptions,
): Promise<readonly PerformanceTest[]> {
  let query = queries
    .selectFrom("performance_tests")
    .selectAll()
    .where("app", "=", app)
    .orderBy("started_at", "desc")
    .orderBy("request_id", "desc")
    .limit(limit);
  if (after !== undefined) {
    query = query.where((row) =>
      row(
        row.refTuple("started_at", "request_id"),
        "<",
        row.tuple(after.startedAt, after.requestId),
      ),
    );
  }
  return (await query.execute()).map(testOf);
}

/** Returns the tests whose result Apple is to be asked for by now, those that wait longest first. */
export async function listDueTests(
  queries: Queries,
  now: number,
  limit: number,
): Promise<readonly PerformanceTest[]> {
  const rows = await queries
    .selectFrom("performance_tests")
    .selectAll()
    .where("next_ask_at", "<=", now)
    .orderBy("next_ask_at")
    .limit(limit)
    .execute();
  return rows.map(testOf);
}

/** Writes what Apple told of a test. Returns whether it was still asked for; otherwise nothing changes. */
export async function updateTest(queries: Queries, test: PerformanceTest): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("performance_tests")
    .set({
      config: toJsonText(test.config),
      result: test.result,
      findings: toJsonText(test.findings),
      read_at: test.readAt,
      next_ask_at: test.nextAskAt,
    })
    .where("app", "=", test.app)
    .where("request_id", "=", test.requestId)
    .where("next_ask_at", "is not", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function testOf(row: Selectable<PerformanceTestsTable>): PerformanceTest {
  return {
    app: row.app,
    requestId: row.request_id,
    pseudonym: row.pseudonym,
    startedAt: row.started_at,
    startedBy: row.started_by,
    config: fromJsonText(row.config),
    result: row.result,
    findings: fromJsonText(row.findings),
    readAt: row.read_at,
    nextAskAt: row.next_ask_at,
  };
}
