import { UsageError } from "@holdfast/appstore/errors";
import { checkRequestId } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { CommandInput, Io, OptionSpec, Options } from "../command.ts";
import type { WriteJunit } from "../junit-file.ts";
import { print } from "../output.ts";
import { requireSound } from "./check-values.ts";
import { hasEnded, junitSuiteOf, resultOfPerformanceTest, sayPending } from "./performance-test.ts";
import type { TestedPerformance } from "./performance-test.ts";
import { recordPassedTest } from "./passed-tests.ts";
import type { TestedApp } from "./passed-tests.ts";
import { poll } from "./poll.ts";
import { requirePassedTest } from "./require-passed-test.ts";
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
  print(input, io, resultOfPerformanceTest(tested));
  if (!hasEnded(tested.answer)) return;
  await writeJunit(junitSuiteOf(tested));
  requirePassedTest(tested);
  await recordPassedTest(app, io);
}
