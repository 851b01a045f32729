import type {
  PerformanceTestConfig,
  PerformanceTestResponseTimes,
  PerformanceTestResultResponse,
} from "@holdfast/appstore/retention-messaging";
import type { PerformanceTest, PerformanceTestFindings } from "./performance-test.ts";

/** What the API can show; Apple documents no limits, so nothing is refused for going beyond them. */
const MAX_MS = 86_400_000;
const MAX_PERCENT = 100;
const MAX_FAILURES = 64;
const MAX_NAME_LENGTH = 128;
const MAX_URL_LENGTH = 256;

/** What of a test Apple's answer tells. */
export type AnsweredTest = Pick<PerformanceTest, "config" | "result" | "findings">;

/** Returns what Apple's answer tells of a test, as it can be shown; the config is `known` where Apple leaves it out. */
export function readAnswer(
  answer: PerformanceTestResultResponse,
  known: PerformanceTestConfig,
): AnsweredTest {
  return {
    result: lineOf(answer.result, MAX_NAME_LENGTH),
    config: answer.config === undefined ? known : readConfig(answer.config),
    findings: findingsOf(answer),
  };
}

/** Returns a test's config as it can be shown. */
export function readConfig(config: PerformanceTestConfig): PerformanceTestConfig {
  return {
    maxConcurrentRequests: countOf(config.maxConcurrentRequests),
    totalRequests: countOf(config.totalRequests),
    totalDuration: within(config.totalDuration, MAX_MS),
    responseTimeThreshold: within(config.responseTimeThreshold, MAX_MS),
    successRateThreshold: within(config.successRateThreshold, MAX_PERCENT),
  };
}

function findingsOf(answer: PerformanceTestResultResponse): PerformanceTestFindings {
  const { target, successRate, numPending, responseTimes, failures } = answer;
  return {
    ...(target === undefined ? {} : { target: lineOf(target, MAX_URL_LENGTH) }),
    ...(successRate === undefined ? {} : { successRate: within(successRate, MAX_PERCENT) }),
    ...(numPending === undefined ? {} : { numPending: countOf(numPending) }),
    ...(responseTimes === undefined ? {} : { responseTimes: timesOf(responseTimes) }),
    ...(failures === undefined ? {} : { failures: failuresOf(failures) }),
  };
}

function timesOf(times: PerformanceTestResponseTimes): PerformanceTestResponseTimes {
  return {
    average: within(times.average, MAX_MS),
    p50: within(times.p50, MAX_MS),
    p90: within(times.p90, MAX_MS),
    p95: within(times.p95, MAX_MS),
    p99: within(times.p99, MAX_MS),
  };
}

function failuresOf(
  failures: NonNullable<PerformanceTestResultResponse["failures"]>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(failures)
      .slice(0, MAX_FAILURES)
      .map(([name, count = 0]) => [lineOf(name, MAX_NAME_LENGTH), countOf(count)]),
  );
}

function countOf(value: number): number {
  return Math.round(within(value, Number.MAX_SAFE_INTEGER));
}

function within(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}

/** One line that is not empty, without control characters. */
function lineOf(text: string, max: number): string {
  const line = text.toWellFormed().replace(/\p{Cc}/gu, "\u{fffd}");
  return line === "" ? "–" : line.slice(0, max).toWellFormed();
}
