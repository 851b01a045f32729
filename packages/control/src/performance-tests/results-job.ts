import { AppleApiError } from "@holdfast/appstore/http";
import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import { readApp } from "../apps/index.ts";
import { recordAudit } from "../audit/index.ts";
import type { JobKind } from "../jobs/index.ts";
import type { AppleClients } from "../keys/index.ts";
import type { Database, Transaction } from "../storage/index.ts";
import { nextAskAt } from "./next-ask.ts";
import { hasEnded, PERFORMANCE_TEST_TOPIC } from "./performance-test.ts";
import type { PerformanceTest } from "./performance-test.ts";
import { readAnswer } from "./read-answer.ts";
import { listDueTests, updateTest } from "./stored-tests.ts";

/** The job that asks for results, and who the audit log names for them. */
const RESULTS_JOB = "apple.performance-tests";

/** How often it is looked which test is due, ms. */
const LOOK_EVERY_MS = 10_000;

/** How many tests are asked for in one run; an app can have one under way at Apple. */
const ASKED_AT_ONCE = 100;

/** Apple's numbers for a test it does not know. */
const UNKNOWN_TEST: ReadonlySet<number | undefined> = new Set([4_000_212, 4_040_018]);

/** What the job works with. */
export interface PerformanceTestJobOptions {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/**
 * Returns the job that asks Apple for the results of tests while they are PENDING, at half the rate that
 * Apple allows, for an hour at most; for a day where Apple does not answer.
 */
export function performanceTestJob(options: PerformanceTestJobOptions): JobKind {
  const { database, now = Date.now } = options;
  return {
    name: RESULTS_JOB,
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      for (const test of await listDueTests(database.queries, now(), ASKED_AT_ONCE)) {
        signal.throwIfAborted();
        const asked = await ask(test, options, signal);
        await database.transaction((transaction) => write(transaction, asked));
      }
    },
  };
}

/** What is known of a test after Apple was asked, at `now`. */
interface AskedTest {
  readonly test: PerformanceTest;
  readonly now: number;
}

/** Where Apple does not answer, all that is known stays. */
async function ask(
  test: PerformanceTest,
  { database, clients, now = Date.now }: PerformanceTestJobOptions,
  signal: AbortSignal,
): Promise<AskedTest> {
  try {
    const app = await readApp(database.queries, test.app);
    const client = await clients.retentionMessaging(app, "sandbox");
    const answer = await client.getPerformanceTestResults(test.requestId, { signal });
    return { test: answered(test, answer, now()), now: now() };
  } catch (error) {
    if (signal.aborted) throw error;
    return { test: unanswered(test, error, now()), now: now() };
  }
}

function answered(
  test: PerformanceTest,
  answer: PerformanceTestResultResponse,
  now: number,
): PerformanceTest {
  const told = readAnswer(answer, test.config);
  const next = hasEnded(told.result)
    ? null
    : nextAskAt({ startedAt: test.startedAt, now, isAnswered: true });
  return { ...test, ...told, readAt: now, nextAskAt: next };
}

/** A key that is missing for now is added again; a test that Apple does not know yet may appear. */
function unanswered(test: PerformanceTest, error: unknown, now: number): PerformanceTest {
  const { errorCode, retryAt } = error instanceof AppleApiError ? error : {};
  const isAnswered = UNKNOWN_TEST.has(errorCode);
  return {
    ...test,
    nextAskAt: nextAskAt({ startedAt: test.startedAt, now, isAnswered, retryAt }),
  };
}

/** Of several who asked for a result at once, one writes its end. */
async function write({ queries, announce }: Transaction, { test, now }: AskedTest): Promise<void> {
  const { app, requestId, result, nextAskAt: next } = test;
  if (!(await updateTest(queries, test)) || next !== null) return;
  const environment = "sandbox";
  const isOver = hasEnded(result);
  if (isOver) announce({ topic: PERFORMANCE_TEST_TOPIC, app, environment, subject: requestId });
  const entry = {
    actor: { kind: "system", id: RESULTS_JOB, name: "Holdfast" },
    action: isOver ? "finishPerformanceTest" : "abandonPerformanceTest",
    app,
    environment,
    target: requestId,
    summary: isOver
      ? `the performance test ended with ${result}`
      : "stopped asking for the performance test's result: Apple gave none in time",
  } as const;
  await recordAudit(queries, entry, now);
}
