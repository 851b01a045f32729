import type { AppleApiError } from "@holdfast/appstore/http";
import { findLatestTest } from "../performance-tests/index.ts";
import type { PerformanceTest } from "../performance-tests/index.ts";
import type { Queries } from "../storage/index.ts";

/** Apple's number for a URL in production without a passed performance test. */
const FORBIDDEN_NO_PASSING_TEST = 4_030_026;

/**
 * Returns a refusal of Apple's, which names what to do about the missing performance test where that is why.
 *
 * @throws what the database throws
 */
export async function adviseOnPassingTest(
  queries: Queries,
  app: string,
  error: AppleApiError,
): Promise<AppleApiError> {
  if (error.errorCode !== FORBIDDEN_NO_PASSING_TEST) return error;
  return error.withFacts({ advice: adviceAfter(await findLatestTest(queries, app)) });
}

function adviceAfter(latest: PerformanceTest | undefined): string {
  if (latest === undefined) {
    return "Set the URL in the sandbox, begin a performance test with createPerformanceTest, and set the URL in production once its result is PASS.";
  }
  const { requestId, result } = latest;
  switch (result.toUpperCase()) {
    case "PENDING":
      return `The performance test ${requestId} is PENDING: set the URL in production once its result is PASS.`;
    case "PASS":
      // How long a pass counts, and whether another URL voids it, is UNCONFIRMED.
      return `The performance test ${requestId} passed, but Apple does not count it any more: begin another, and set the URL in production once its result is PASS.`;
    default:
      return `The performance test ${requestId} ended with ${result}: mend what its failures name, begin another, and set the URL in production once its result is PASS.`;
  }
}
