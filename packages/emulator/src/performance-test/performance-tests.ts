import type { PerformanceTestConfig } from "@holdfast/appstore/retention-messaging";
import { randomUUID } from "node:crypto";
import { AppleApiError } from "../errors/index.ts";
import { createRealtimeRequest, exchange, type RealtimeContext } from "../realtime/index.ts";
import { type AppWorld, findApp, type World } from "../world/index.ts";
import {
  type PerformanceTestResult,
  type PerformanceTestRun,
  runPerformanceTest,
} from "./performance-test-run.ts";
import { findTestedSubscriber } from "./tested-subscriber.ts";

/** How many tests are remembered; ours, to bound memory. */
const MAX_RUNS = 1000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iv;

/** Which app to test with which subscription of its sandbox. */
export interface StartPerformanceTestOptions {
  readonly app: string;
  readonly originalTransactionId: string;
}

/** A test that was started: PerformanceTestResponse. */
export interface StartedPerformanceTest {
  readonly config: PerformanceTestConfig;
  /** To ask for the result with. */
  readonly requestId: string;
}

/** The performance tests of all apps, which Apple has in the sandbox only. */
export interface PerformanceTests {
  /**
   * Starts a test against the sandbox's URL. Throws `APP_UNKNOWN`, or the `AppleApiError` of a
   * subscription that cannot be used, of a test already running, or of a missing URL.
   */
  start(options: StartPerformanceTestOptions): StartedPerformanceTest;
  /** Throws `APP_UNKNOWN`, `INVALID_REQUEST_ID`, `PERFORMANCE_TEST_RUN_NOT_FOUND`. */
  result(app: string, requestId: string): PerformanceTestResult;
  /** Returns the result once there is one; throws as `result`. */
  finished(app: string, requestId: string): Promise<PerformanceTestResult>;
  /** Resolves when no test is under way any more. */
  settled(): Promise<void>;
}

/** What tests need beside what real-time requests do. */
export interface PerformanceTestsContext extends RealtimeContext {
  readonly config: PerformanceTestConfig;
  /** Called after a test has passed. */
  readonly changed: () => void;
}

interface OwnedRun extends PerformanceTestRun {
  readonly app: string;
}

/** Returns the performance tests of the apps in `world`. */
export function createPerformanceTests(
  world: World,
  context: PerformanceTestsContext,
): PerformanceTests {
  const runs = new Map<string, OwnedRun>();
  const find = (app: string, requestId: string): OwnedRun => {
    findApp(world, app);
    if (!UUID.test(requestId)) throw new AppleApiError("INVALID_REQUEST_ID");
    const run = runs.get(requestId);
    if (run?.app !== app) throw new AppleApiError("PERFORMANCE_TEST_RUN_NOT_FOUND");
    return run;
  };
  return {
    start({ app, originalTransactionId }) {
      const tested = findApp(world, app);
      const isRunning = [...runs.values()].some(
        (run) => run.app === app && run.result().result === "PENDING",
      );
      const run = startRun(tested, originalTransactionId, isRunning, context);
      const requestId = randomUUID();
      runs.set(requestId, { ...run, app });
      const [oldest] = runs.keys();
      if (runs.size > MAX_RUNS && oldest !== undefined) runs.delete(oldest);
      return { config: context.config, requestId };
    },
    result: (app, requestId) => find(app, requestId).result(),
    async finished(app, requestId) {
      const run = find(app, requestId);
      await run.finished;
      return run.result();
    },
    async settled() {
      await Promise.all([...runs.values()].map(({ finished }) => finished));
    },
  };
}

function startRun(
  app: AppWorld,
  transactionId: string,
  isRunning: boolean,
  context: PerformanceTestsContext,
): PerformanceTestRun {
  const { sandbox } = app.environments;
  const subscriber = findTestedSubscriber(sandbox, transactionId);
  if (isRunning) throw new AppleApiError("EXISTING_PERFORMANCE_TEST_RUN");
  const target = sandbox.realtimeUrl;
  if (target === undefined) {
    // That a URL must be configured is documented; which error says so is UNCONFIRMED.
    throw new AppleApiError(
      "INVALID_PERFORMANCE_TEST_REQUEST",
      "Expected a real-time URL to be configured in the sandbox.",
    );
  }
  const { config, clock, signal } = context;
  const run = runPerformanceTest({
    config,
    target,
    clock,
    signal,
    async send() {
      const request = createRealtimeRequest(sandbox, subscriber, clock.now());
      const to = { url: target, timeoutMs: config.responseTimeThreshold };
      const { verdict, latencyMs } = await exchange(request, sandbox, to, context);
      return { outcome: verdict.outcome, latencyMs };
    },
  });
  const finish = async () => {
    await run.finished;
    if (run.result().result !== "PASS") return;
    app.performanceTestPassedAt = clock.now();
    context.changed();
  };
  const finished = finish();
  // Whoever waits for the test is told of a world that could not be kept; nobody may be waiting.
  finished.catch(() => undefined);
  return { ...run, finished };
}
