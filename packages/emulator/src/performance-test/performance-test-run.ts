import type {
  PerformanceTestConfig,
  PerformanceTestResponseTimes,
} from "@holdfast/appstore/retention-messaging";
import type { Clock } from "../clock/clock.ts";
import { createUnderWay } from "../concurrency/under-way.ts";
import type { SendAttemptResult } from "../realtime/index.ts";
import { summarizeResponseTimes } from "./response-times.ts";

/** Where a test stands. */
export type PerformanceTestOutcome = "PENDING" | "PASS" | "FAIL";

/**
 * What a performance test found, so far or in the end.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/performancetestresultresponse
 */
export interface PerformanceTestResult {
  readonly config: PerformanceTestConfig;
  /** The URL that is tested. */
  readonly target: string;
  readonly result: PerformanceTestOutcome;
  /** Of the requests that are done, how many of a hundred succeeded. */
  readonly successRate: number;
  /** How many requests are not done. */
  readonly numPending: number;
  readonly responseTimes: PerformanceTestResponseTimes;
  /** How often each failure happened. */
  readonly failures: Readonly<Partial<Record<SendAttemptResult, number>>>;
}

/** One request of a test. */
interface TestAttempt {
  readonly outcome: SendAttemptResult;
  readonly latencyMs: number;
}

/** What a run needs. */
export interface PerformanceTestRunOptions {
  readonly config: PerformanceTestConfig;
  readonly target: string;
  /** Sends one request; never throws. */
  readonly send: () => Promise<TestAttempt>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A performance test under way, or over. */
export interface PerformanceTestRun {
  result(): PerformanceTestResult;
  /** Resolves when all requests are done, or the run was aborted. */
  readonly finished: Promise<void>;
}

/**
 * Starts a test: its requests are spread evenly over the duration, with never more on their way than
 * the config allows; a request whose turn comes while all places are taken waits for one. All are
 * sent, even when slow answers make the test last longer.
 */
export function runPerformanceTest(options: PerformanceTestRunOptions): PerformanceTestRun {
  const { config, target } = options;
  const attempts: TestAttempt[] = [];
  const pacing = sendAll(options, attempts);
  return {
    finished: pacing,
    result: () => summarize(config, target, attempts),
  };
}

async function sendAll(
  { config, send, clock, signal }: PerformanceTestRunOptions,
  attempts: TestAttempt[],
): Promise<void> {
  const { maxConcurrentRequests, totalRequests, totalDuration } = config;
  const underWay = createUnderWay();
  const attempt = async () => {
    attempts.push(await send());
  };
  const started = clock.elapsed();
  for (let index = 0; index < totalRequests; index += 1) {
    const dueIn = started + (index * totalDuration) / totalRequests - clock.elapsed();
    if (dueIn > 0 && !(await hasSlept(clock, dueIn, signal))) break;
    if (underWay.size >= maxConcurrentRequests) await underWay.anyDone();
    if (signal.aborted) break;
    underWay.add(attempt());
  }
  await underWay.allDone();
}

/** False when the run was aborted meanwhile. */
async function hasSlept(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function summarize(
  config: PerformanceTestConfig,
  target: string,
  attempts: readonly TestAttempt[],
): PerformanceTestResult {
  const failed = attempts.filter(({ outcome }) => outcome !== "SUCCESS");
  const failures: Partial<Record<SendAttemptResult, number>> = {};
  for (const { outcome } of failed) failures[outcome] = (failures[outcome] ?? 0) + 1;
  const succeeded = attempts.length - failed.length;
  const successRate = attempts.length === 0 ? 0 : (succeeded / attempts.length) * 100;
  const numPending = config.totalRequests - attempts.length;
  return {
    config,
    target,
    result: numPending > 0 ? "PENDING" : decide(successRate, config),
    successRate,
    numPending,
    // Whether Apple counts the time of failed attempts is UNCONFIRMED; here all count.
    responseTimes: summarizeResponseTimes(attempts.map(({ latencyMs }) => latencyMs)),
    failures,
  };
}

function decide(
  successRate: number,
  { successRateThreshold }: PerformanceTestConfig,
): PerformanceTestOutcome {
  return successRate >= successRateThreshold ? "PASS" : "FAIL";
}
