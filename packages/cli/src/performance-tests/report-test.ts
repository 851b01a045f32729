import type { CommandInput, Io } from "../command.ts";
import type { WriteJunit } from "../junit-file.ts";
import { print } from "../output.ts";
import { hasEnded, junitSuiteOf, resultOfPerformanceTest } from "../storekit/performance-test.ts";
import { requirePassedTest } from "../storekit/require-passed-test.ts";
import { answerOf, askAppleLine, isGivenUp } from "./performance-test.ts";
import type { PerformanceTest } from "./performance-test.ts";

/** A test, and where to tell of it. */
export interface ReportedTest {
  readonly test: PerformanceTest;
  readonly writeJunit: WriteJunit;
}

/**
 * Prints a test, writes it as JUnit XML where asked to, and then fails unless it is PASS. A test that goes
 * on is no failure.
 *
 * @throws CommandFailed `PERFORMANCE_TEST_FAILED`
 */
export async function reportTest(
  input: CommandInput,
  io: Io,
  { test, writeJunit }: ReportedTest,
): Promise<void> {
  const tested = { requestId: test.requestId, answer: answerOf(test) };
  print(input, io, { ...resultOfPerformanceTest(tested), json: test });
  if (isGivenUp(test)) {
    io.warn(`the control plane asks Apple no more for its result; ask with: ${askAppleLine(test)}`);
  }
  if (!hasEnded(test)) return;
  await writeJunit(junitSuiteOf(tested));
  requirePassedTest(tested);
}
