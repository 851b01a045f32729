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

/** How many results are remembered for each app; ours, to bound memory and the kept file. */
const MAX_RESULTS = 100;

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
  /** Called when a test is over. */
  readonly changed: () => void;
}

/** A test under way. */
interface OwnedRun extends PerformanceTestRun {
  readonly app: string;
}

/**
 * Returns the performance tests of the apps in `world`, where what they find is kept. A test that is
 * under way when the emulator ends is forgotten.
 */
export function createPerformanceTests(
  world: World,
  context: PerformanceTestsContext,
): PerformanceTests {
  const underWay = new Map<string, OwnedRun>();
  const find = (app: string, requestId: string) => {
    const { performanceTestResults } = findApp(world, app);
    if (!UUID.test(requestId)) throw new AppleApiError("INVALID_REQUEST_ID");
    const run = underWay.get(requestId);
    if (run?.app === app) return run;
    // The world's type is Apple's, open for values to come; only `keepResult` puts anything there.
    const result = performanceTestResults.get(requestId) as PerformanceTestResult | undefined;
    if (result === undefined) throw new AppleApiError("PERFORMANCE_TEST_RUN_NOT_FOUND");
    return { result: () => result, finished: Promise.resolve() };
  };
  return {
    start({ app: id, originalTransactionId }) {
      const app = findApp(world, id);
      const isRunning = [...underWay.values()].some((run) => run.app === id);
      const run = startRun(app, { originalTransactionId, isRunning }, context);
      const requestId = randomUUID();
      const finish = async () => {
        await run.finished;
        if (run.result().result === "PENDING") return;
        underWay.delete(requestId);
        keepResult(app, requestId, { result: run.result(), now: context.clock.now() });
        context.changed();
      };
      const finished = finish();
      // Whoever waits for the test is told of a world that could not be kept; nobody may be waiting.
      finished.catch(() => undefined);
      underWay.set(requestId, { ...run, finished, app: id });
      return { config: context.config, requestId };
    },
    result: (app, requestId) => find(app, requestId).result(),
    async finished(app, requestId) {
      const run = find(app, requestId);
      await run.finished;
      return run.result();
    },
    async settled() {
      await Promise.all([...underWay.values()].map(({ finished }) => finished));
    },
  };
}

function keepResult(
  app: AppWorld,
  requestId: string,
  { result, now }: { readonly result: PerformanceTestResult; readonly now: number },
): void {
  const { performanceTestResults } = app;
  performanceTestResults.set(requestId, result);
  const [oldest] = performanceTestResults.keys();
  if (performanceTestResults.size > MAX_RESULTS && oldest !== undefined) {
    performanceTestResults.delete(oldest);
  }
  if (result.result === "PASS") app.performanceTestPassedAt = now;
}

interface TestToStart {
  readonly originalTransactionId: string;
  /** Whether the app has a test under way. */
  readonly isRunning: boolean;
}

function startRun(
  app: AppWorld,
  { originalTransactionId, isRunning }: TestToStart,
  context: PerformanceTestsContext,
): PerformanceTestRun {
  const { sandbox } = app.environments;
  const subscriber = findTestedSubscriber(sandbox, originalTransactionId);
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
  return runPerformanceTest({
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
}
