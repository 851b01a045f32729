import { routes } from "@holdfast/api";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { hasEnded } from "../storekit/performance-test.ts";
import { waitLine } from "./await-test.ts";
import { readLastTest } from "./last-test.ts";
import type { PerformanceTest } from "./performance-test.ts";

/** Apple's number for a test that is refused because another one runs. */
const EXISTING_TEST = 4_000_213;

/**
 * Begins a test; where one runs already, the error says how to wait for it.
 *
 * @throws ControlCallError `CONFLICT` where what is live can defer to Apple, `APPLE_REFUSED`
 */
export async function beginTest(
  place: AppAtControl,
  { originalTransactionId }: { readonly originalTransactionId: string },
): Promise<PerformanceTest> {
  const { client, app } = place;
  try {
    const body = { originalTransactionId };
    return (await client.call(routes.createPerformanceTest, { params: { app }, body })).body;
  } catch (error) {
    if (!(error instanceof ControlCallError)) throw error;
    if (error.apple?.errorCode !== EXISTING_TEST) throw error;
    const advice = [error.advice, await sayRunning(place)];
    throw new ControlCallError(error, {
      advice: advice.filter((part) => part !== undefined).join(" "),
    });
  }
}

async function sayRunning(place: AppAtControl): Promise<string> {
  const last = await readLastTest(place);
  if (last === undefined || hasEnded(last)) {
    return "It was not begun from the control plane: wait until its requests have ended.";
  }
  return `Wait for it: ${waitLine(place, last.requestId)}`;
}
