import type {
  PerformanceTestConfig,
  PerformanceTestResultResponse,
} from "@holdfast/appstore/retention-messaging";
import type { JunitCase, JunitSuite } from "../junit.ts";
import { columns } from "../output.ts";
import type { Result } from "../output.ts";
import { printable } from "../style.ts";
import { markdownTable } from "./rows.ts";

/** A performance test's result, and which test it is of. */
export interface TestedPerformance {
  readonly requestId: string;
  readonly answer: PerformanceTestResultResponse;
}

/** Tells whether a test has ended; Apple may add ways to end. */
export function hasEnded({ result }: Pick<PerformanceTestResultResponse, "result">): boolean {
  return result.toUpperCase() !== "PENDING";
}

/** Tells whether a test has ended well. */
export function hasPassed({ result }: Pick<PerformanceTestResultResponse, "result">): boolean {
  return result.toUpperCase() === "PASS";
}

const SUMMARY_HEAD = ["Request ID", "Result", "Success Rate", "Pending"];
const TIMES_HEAD = ["Response times", "Average", "p50", "p90", "p95", "p99", "Threshold"];
const ENDS_HEAD = ["Requests ended", "Count"];

/** Returns a performance test as commands show it; JSON is Apple's answer with the request's id. */
export function resultOfPerformanceTest(tested: TestedPerformance): Result {
  const { requestId, answer } = tested;
  const tables = [
    { head: SUMMARY_HEAD, rows: [summaryRow(tested)] },
    { head: TIMES_HEAD, rows: timesRows(answer) },
    { head: ENDS_HEAD, rows: endRows(answer) },
  ].filter(({ rows }) => rows.length > 0);
  const about = [answer.target, answer.config === undefined ? undefined : sayConfig(answer.config)]
    .filter((part) => part !== undefined)
    .join(": ");
  return {
    json: { requestId, ...answer },
    table: () => [
      ...tables.flatMap(({ head, rows }) => [
        ...columns([head, ...rows].map((row) => row.map(printable))),
        "",
      ]),
      printable(about),
    ],
    markdown: () => [
      ...tables.flatMap(({ head, rows }) => markdownTable(head, rows).concat("")),
      printable(about),
    ],
  };
}

function summaryRow({ requestId, answer }: TestedPerformance): readonly string[] {
  const { result, successRate, numPending, config } = answer;
  const needed = config === undefined ? "" : ` (at least ${config.successRateThreshold} %)`;
  const rate = successRate === undefined ? "" : `${sayPercent(successRate)}${needed}`;
  return [requestId, result, rate, String(numPending ?? "")];
}

function timesRows({
  responseTimes,
  config,
}: PerformanceTestResultResponse): readonly (readonly string[])[] {
  if (responseTimes === undefined) return [];
  const { average, p50, p90, p95, p99 } = responseTimes;
  const times = [average, p50, p90, p95, p99, config?.responseTimeThreshold];
  return [["", ...times.map((ms) => (ms === undefined ? "" : sayMs(ms)))]];
}

/** How requests ended, most frequent first; SUCCESS is one of Apple's words for it, too. */
function endRows({ failures = {} }: PerformanceTestResultResponse): readonly (readonly string[])[] {
  return Object.entries(failures)
    .map(([kind, count = 0]) => ({ kind, count }))
    .toSorted((a, b) => b.count - a.count)
    .map(({ kind, count }) => [kind, String(count)]);
}

/** Says a time for people, to a tenth of a millisecond. */
export function sayMs(ms: number): string {
  return `${Math.round(ms * 10) / 10} ms`;
}

/** Says a share for people, to a hundredth, rounded down: one that is too low never looks enough. */
export function sayPercent(percent: number): string {
  return `${Math.floor(percent * 100) / 100} %`;
}

/** Says what a test does. */
export function sayConfig(config: PerformanceTestConfig): string {
  const { totalRequests, maxConcurrentRequests, totalDuration } = config;
  return `${totalRequests} requests, ${maxConcurrentRequests} at a time, within ${totalDuration} ms`;
}

/** Says how far a test is that goes on. */
export function sayPending({ numPending, config }: PerformanceTestResultResponse): string {
  if (numPending === undefined || config === undefined) return "it goes on";
  return `${numPending} of ${config.totalRequests} requests to go`;
}

/** Returns a performance test as one JUnit suite: its success rate and its verdict. */
export function junitSuiteOf({ requestId, answer }: TestedPerformance): JunitSuite {
  const { config, failures = {}, result, successRate } = answer;
  const kinds = Object.entries(failures).map(([kind, count = 0]) => `${kind} ${count}`);
  const classname = "storekit.performance";
  const caseOf = (name: string, isGood: boolean, message: string): JunitCase => ({
    classname,
    name,
    outcome: isGood ? "passed" : { message, text: [message, ...kinds].join("\n") },
  });
  return {
    name: `performance test ${requestId}`,
    cases: [
      ...(successRate === undefined || config === undefined
        ? []
        : [
            caseOf(
              "success rate",
              successRate >= config.successRateThreshold,
              `expected at least ${config.successRateThreshold} % of requests answered within ${config.responseTimeThreshold} ms, got ${sayPercent(successRate)}`,
            ),
          ]),
      caseOf("verdict", hasPassed(answer), `expected PASS, got ${result}`),
    ],
  };
}
