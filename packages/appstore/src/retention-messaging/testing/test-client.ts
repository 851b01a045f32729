import { createManualClock } from "../../http/testing/manual-clock.ts";
import type { ManualClock } from "../../http/testing/manual-clock.ts";
import { importInAppPurchaseKey } from "../../signatures/index.ts";
import { generateInAppPurchaseKey } from "../../signed-data/testing/index.ts";
import type { TestPrivateKey } from "../../signed-data/testing/index.ts";
import { createRetentionMessagingClient } from "../client/index.ts";
import type { RetentionMessagingClient, RetentionMessagingClientOptions } from "../client/index.ts";

/** The app of the tests' clients. */
export const CLIENT_BUNDLE_ID = "com.example.yoga";

/** A client with a key and a clock of its own. */
export interface TestClient {
  readonly client: RetentionMessagingClient;
  readonly clock: ManualClock;
  /** What the client's tokens are signed with. */
  readonly source: TestPrivateKey;
}

/** Returns a client of the sandbox that waits the longest it may after failures. */
export async function createTestClient(
  options: Partial<RetentionMessagingClientOptions> & { readonly baseUrl: string },
): Promise<TestClient> {
  const clock = createManualClock();
  const source = generateInAppPurchaseKey();
  const client = createRetentionMessagingClient({
    environment: "sandbox",
    key: await importInAppPurchaseKey(source),
    bundleId: CLIENT_BUNDLE_ID,
    clock,
    random: () => 0.999_999,
    ...options,
  });
  return { client, clock, source };
}

/** A performance test's configuration as Apple might send it. */
export const TEST_CONFIG = {
  maxConcurrentRequests: 10,
  totalRequests: 100,
  totalDuration: 60_000,
  responseTimeThreshold: 500,
  successRateThreshold: 95,
};

/** A performance test's result as Apple might send it. */
export const TEST_RESULT = {
  config: TEST_CONFIG,
  target: "https://retention.example.com/apple",
  result: "PASS",
  successRate: 99.5,
  numPending: 0,
  responseTimes: { average: 40, p50: 38, p90: 55, p95: 61, p99: 80 },
  failures: { TIMED_OUT: 1 },
};
