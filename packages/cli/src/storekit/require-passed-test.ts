import type { PerformanceTestResultResponse } from "@holdfast/appstore/retention-messaging";
import { CommandFailed } from "../errors.ts";
import { hasPassed, sayMs, sayPercent } from "./performance-test.ts";
import type { TestedPerformance } from "./performance-test.ts";

/**
 * Goes on when a performance test that has ended has passed.
 *
 * @throws CommandFailed `PERFORMANCE_TEST_FAILED`
 */
export function requirePassedTest({ requestId, answer }: TestedPerformance): void {
  if (hasPassed(answer)) return;
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
