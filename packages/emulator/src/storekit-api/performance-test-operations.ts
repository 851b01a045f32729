import { AppleApiError } from "../errors/index.ts";
import type { PerformanceTests } from "../performance-test/index.ts";
import { readField } from "./read-field.ts";
import { ONE_A_SECOND } from "./request-rates.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

const PERFORMANCE_TEST = "/inApps/v1/messaging/performanceTest";

/**
 * Returns the operations on performance tests, which only the sandbox has.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/initiate-performance-test
 */
export function performanceTestOperations(
  tests: Pick<PerformanceTests, "start" | "result">,
): readonly StorekitOperation[] {
  return [
    {
      name: "initiatePerformanceTest",
      method: "POST",
      path: PERFORMANCE_TEST,
      environments: ["sandbox"],
      perHour: ONE_A_SECOND,
      needsAccess: true,
      async run({ place: { app }, readJson }) {
        const originalTransactionId = readField(await readJson(), "originalTransactionId");
        if (originalTransactionId === undefined) {
          throw new AppleApiError(
            "INVALID_PERFORMANCE_TEST_REQUEST",
            "Expected an originalTransactionId.",
          );
        }
        return tests.start({ app, originalTransactionId });
      },
    },
    {
      name: "getPerformanceTestResults",
      method: "GET",
      path: `${PERFORMANCE_TEST}/result/:requestId`,
      environments: ["sandbox"],
      perHour: ONE_A_SECOND,
      run: ({ place: { app }, segment }) => tests.result(app, segment("requestId")),
    },
  ];
}
