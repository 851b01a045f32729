import { UsageError } from "@holdfast/appstore/errors";
import { checkRequestId } from "@holdfast/appstore/retention-messaging";
import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { CommandInput, Io, OptionSpec, Options } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import type { WriteJunit } from "../junit-file.ts";
import { print } from "../output.ts";
import { requireSound } from "./check-values.ts";
import {
  hasEnded,
  hasPassed,
  junitSuiteOf,
  resultOfPerformanceTest,
  sayMs,
  sayPercent,
} from "./performance-test.ts";
import type { TestedPerformance } from "./performance-test.ts";
import { recordPassedTest } from "./passed-tests.ts";
import type { TestedApp } from "./passed-tests.ts";
import { poll } from "./poll.ts";
import { requireEnvironment } from "./storekit-options.ts";
import type { WaitTimes } from "./wait-options.ts";

/** How long performance tests are waited for; vendors saw them take up to an hour. */
export const TEST_TIMES = { interval: "10s", timeout: "10m", maxTimeoutMs: 3_600_000 };

/** Which performance test. */
export const REQUEST_ID_OPTION: OptionSpec = {
  flags: "--request-id <id>",
  description: "what starting the test gave; required",
};

/** @throws UsageError `OPTION_MISSING`, `REQUEST_ID_INVALID` */
export function requireRequestId(options: Options, io: Pick<Io, "warn">): string {
  const requestId = options.required("request-id").trim();
  requireSound("--request-id", checkRequestId(requestId), io);
  return requestId;
}

/**
 * Refuses the production environment, in which Apple has no performance tests.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function requireSandbox(options: Options): void {
  if (requireEnvironment(options) === "sandbox") return;
  throw new UsageError(
    "OPTION_INVALID",
    "--environment: expected sandbox, for Apple has performance tests there alone",
  );
}

/**
 * Waits for a performance test's end.
 *
 * @throws CommandFailed `STILL_PENDING`, `INTERRUPTED`
 * @throws AppleApiError
 */
export function awaitPerformanceTest(
  client: RetentionMessagingClient,
  requestId: string,
  { io, ...times }: WaitTimes & { readonly io: Io },
): Promise<TestedPerformance> {
  return poll(io, {
    what: `performance test ${requestId}`,
    ...times,
    resume: `holdfast storekit retention-messaging performance wait --request-id ${requestId} --environment sandbox`,
    async look() {
      const answer = await client.getPerformanceTestResults(requestId, { signal: io.signal });
      if (hasEnded(answer)) return { done: { requestId, answer } };
      return { pending: sayPending(answer) };
    },
  });
}

function sayPending({ numPending, config }: PerformanceTestResultResponse): string {
  if (numPending === undefined || config === undefined) return "it goes on";
  return `${numPending} of ${config.totalRequests} requests to go`;
}

/** A performance test, and where to tell of it. */
export interface ReportedPerformance extends TestedPerformance {
  readonly writeJunit: WriteJunit;
  readonly app: TestedApp;
}

/**
 * Prints a result, writes it as JUnit XML where asked to, and then fails unless it is PASS. A test
 * that goes on is no failure.
 *
 * @throws CommandFailed `PERFORMANCE_TEST_FAILED`
 */
export async function reportPerformanceTest(
  input: CommandInput,
  io: Io,
  { writeJunit, app, ...tested }: ReportedPerformance,
): Promise<void> {
  const { requestId, answer } = tested;
  print(input, io, resultOfPerformanceTest(tested));
  if (!hasEnded(answer)) return;
  await writeJunit(junitSuiteOf(tested));
  if (hasPassed(answer)) return recordPassedTest(app, io);
  throw new CommandFailed(
    "PERFORMANCE_TEST_FAILED",
    `performance test ${requestId}: expected PASS, got ${answer.result}${saySuccessRate(answer)}`,
    {
      advice: `look at how requests ended${sayTimes(answer)}${sayUnusable(answer)}, then start another test`,
    },
  );
}

function saySuccessRate({ successRate, config }: PerformanceTestResultResponse): string {
  if (successRate === undefined || config === undefined) return "";
  return `; ${sayPercent(successRate)} of requests were answered well, ${config.successRateThreshold} % are needed`;
}

/** That an answer whose message is not approved counts so at Apple is UNCONFIRMED. */
function sayUnusable({ failures = {} }: PerformanceTestResultResponse): string {
  const kinds = Object.entries(failures)
    .filter(([kind, count = 0]) => kind !== "SUCCESS" && count > 0)
    .map(([kind]) => kind);
  if (kinds.length === 0 || kinds.some((kind) => kind !== "INVALID_RESPONSE")) return "";
  return "; all that failed is INVALID_RESPONSE, as when the messages of answers are not APPROVED in the sandbox: holdfast doctor --environment sandbox";
}

function sayTimes({ responseTimes, config }: PerformanceTestResultResponse): string {
  if (responseTimes === undefined || config === undefined) return "";
  return ` and at the times (p95 ${sayMs(responseTimes.p95)}, allowed ${config.responseTimeThreshold} ms)`;
}
