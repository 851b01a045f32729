import { routes } from "@holdfast/api";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { sayInstant } from "../instant.ts";
import { hasEnded, hasPassed } from "../storekit/performance-test.ts";
import type { PerformanceTest } from "./performance-test.ts";

/** Returns the test that was begun last; undefined before the first. */
export async function readLastTest({
  client,
  app,
}: AppAtControl): Promise<PerformanceTest | undefined> {
  const query = { limit: 1 };
  const { body } = await client.call(routes.listPerformanceTests, { params: { app }, query });
  return body.items[0];
}

/** Says how the last test ended, or that there was none. */
export function sayLastTest(test: PerformanceTest | undefined): string {
  if (test === undefined) return "no performance test was begun from the control plane";
  const which = `the last performance test, begun ${sayInstant(test.startedAt)},`;
  if (hasPassed(test)) {
    return `${which} passed${test.target === undefined ? "" : ` (${test.target})`}`;
  }
  return hasEnded(test) ? `${which} ended with ${test.result}` : `${which} has no result yet`;
}
