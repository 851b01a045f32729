import type { Io, OptionSpec, Options } from "../command.ts";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import { CommandFailed } from "../errors.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { TEST_TIMES } from "../storekit/await-performance-test.ts";
import { sayDuration } from "../storekit/duration.ts";
import { hasEnded, sayPending } from "../storekit/performance-test.ts";
import { poll } from "../storekit/poll.ts";
import { readWaitTimes } from "../storekit/wait-options.ts";
import type { WaitTimes } from "../storekit/wait-options.ts";
import { answerOf, askAppleLine, isGivenUp, readTest } from "./performance-test.ts";
import type { PerformanceTest } from "./performance-test.ts";

/** How long is waited. How often Apple is asked is the control plane's to decide. */
export const TEST_TIMEOUT_OPTION: OptionSpec = {
  flags: "--timeout <duration>",
  description: `how long to wait, at most ${sayDuration(TEST_TIMES.maxTimeoutMs)} (default: ${TEST_TIMES.timeout})`,
};

/**
 * Reads {@link TEST_TIMEOUT_OPTION}.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readTestTimes(options: Options): WaitTimes {
  return readWaitTimes(options, TEST_TIMES);
}

/** A test that is waited for. */
export interface AwaitedTest extends WaitTimes {
  readonly requestId: string;
}

/**
 * Waits until a test has ended, and returns it.
 *
 * @throws CommandFailed `STILL_PENDING` after the timeout, and at once where the control plane asks Apple no
 *   more; `INTERRUPTED`
 * @throws ControlCallError, which names the command that goes on
 */
export function awaitTest(
  place: AppAtControl,
  { requestId, ...times }: AwaitedTest,
  io: Io,
): Promise<PerformanceTest> {
  const resume = waitLine(place, requestId);
  return poll(io, {
    what: `performance test ${requestId}`,
    ...times,
    resume,
    async look() {
      const test = await readTest(place, requestId, io).catch((error: unknown) => {
        throw withResume(error, resume);
      });
      if (hasEnded(test)) return { done: test };
      if (isGivenUp(test)) throw givenUp(test);
      return { pending: sayPending(answerOf(test)) };
    },
  });
}

/** Returns the command line that waits for a test. */
export function waitLine({ app }: Pick<AppAtControl, "app">, requestId: string): string {
  return `holdfast performance-tests wait ${requestId} --app ${app}`;
}

/** Whatever ends the waiting, the test goes on. */
function withResume(error: unknown, resume: string): unknown {
  if (!(error instanceof ControlCallError) || error.code === "NOT_FOUND") return error;
  const advice = [error.advice, `The test goes on: ${resume}`];
  return new ControlCallError(error, {
    advice: advice.filter((part) => part !== undefined).join("; "),
  });
}

function givenUp(test: PerformanceTest): CommandFailed {
  const advice = `ask with a key of this machine: ${askAppleLine(test)}; or begin another test`;
  return new CommandFailed(
    "STILL_PENDING",
    `performance test ${test.requestId}: the control plane asks Apple no more, which gave no result in time`,
    { advice },
  );
}
