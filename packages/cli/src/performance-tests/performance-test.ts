import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import type { Io } from "../command.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { hasEnded } from "../storekit/performance-test.ts";

/** A performance test as the control plane has it. */
export type PerformanceTest = RouteBody<typeof routes.readPerformanceTest>;

/**
 * Returns a test with what is known of its result.
 *
 * @throws ControlCallError `NOT_FOUND`
 */
export async function readTest(
  { client, app }: AppAtControl,
  requestId: string,
  { signal }: Pick<Io, "signal">,
): Promise<PerformanceTest> {
  const params = { app, test: requestId };
  const { body } = await client.call(routes.readPerformanceTest, { params, signal });
  return body;
}

/** Returns what Apple answered of a test: the control plane names its parts as Apple does. */
export function answerOf(test: PerformanceTest): PerformanceTestResultResponse {
  // What is not known is absent, not undefined: it was read as JSON.
  return test as PerformanceTestResultResponse;
}

/** Tells whether the control plane asks Apple for a test's result no more, though Apple gave none. */
export function isGivenUp(test: PerformanceTest): boolean {
  return !test.isFollowed && !hasEnded(test);
}

/** Returns the command line that asks Apple for the result of a test {@link isGivenUp}. */
export function askAppleLine({ requestId }: PerformanceTest): string {
  return `holdfast storekit retention-messaging performance view --request-id ${requestId} --environment sandbox`;
}
