import { UsageError } from "../../errors/index.ts";
import type { ApiEnvironment } from "../../http/index.ts";
import type { SendCall } from "./calls.ts";
import { OPERATIONS } from "./operations.ts";
import { parsePerformanceTest, parsePerformanceTestResult } from "./parse-answers.ts";
import type { RetentionMessagingClient } from "./retention-messaging-client.ts";

/** The calls about performance tests. */
type PerformanceTestCalls = Pick<
  RetentionMessagingClient,
  "initiatePerformanceTest" | "getPerformanceTestResults"
>;

/** Returns the calls about performance tests; in production they are refused, `SANDBOX_ONLY`. */
export function createPerformanceTestCalls(
  send: SendCall,
  environment: ApiEnvironment,
): PerformanceTestCalls {
  return {
    async initiatePerformanceTest(request, options) {
      const name = "initiatePerformanceTest";
      checkSandbox(environment, name);
      const body = { json: request };
      // Not idempotent: a second call would start a second test.
      const answer = await send({ name, method: "POST", path: ["performanceTest"], body }, options);
      return parsePerformanceTest(answer);
    },
    async getPerformanceTestResults(requestId, options) {
      const name = "getPerformanceTestResults";
      checkSandbox(environment, name);
      const path = ["performanceTest", "result", requestId];
      return parsePerformanceTestResult(await send({ name, method: "GET", path }, options));
    },
  };
}

function checkSandbox(environment: ApiEnvironment, name: keyof typeof OPERATIONS): void {
  if (environment === "sandbox") return;
  throw new UsageError(
    "SANDBOX_ONLY",
    `${OPERATIONS[name]}: expected a client of the sandbox, for Apple has performance tests there ` +
      `alone; this one is for ${environment}`,
  );
}
