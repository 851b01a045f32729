import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { createTestControl } from "../../apps/testing/test-control.ts";
import type { TestCallerOptions, TestControl } from "../../apps/testing/test-control.ts";
import { openTestPublishing } from "../../publishing/testing/test-publishing.ts";
import type { TestPublishing } from "../../publishing/testing/test-publishing.ts";
import { toJsonText } from "../../storage/index.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import type { FindSubscriptionIds } from "../../subscribers/index.ts";
import { createSimulatorFeature, fixtureJob } from "../index.ts";
import type { FixtureJobOptions } from "../index.ts";

/** Where the test app's simulations are. */
export const SANDBOX = "/v1/apps/yoga/environments/sandbox";

/** The id of every captured request's subscription, which no row or answer may hold. */
export const TEST_SUBSCRIPTION = "2000000123456789";

/** A simulator of the app `yoga`, on a real database, with publishing beside it. */
export interface TestSimulator extends TestPublishing {
  /** Signs the sandbox's requests; its leaf ended with 2024. */
  readonly store: TestAppStore;
  readonly idsOf: FindSubscriptionIds;
  readonly simulator: TestControl;
  /** Returns the operations as somebody else sees them. */
  readonly as: (caller: TestCallerOptions) => TestControl;
  /** A signedPayload for the sandbox, of a time when the leaf was good. */
  readonly captured: (fields?: object) => string;
  /** Moves the clock. */
  readonly wait: (milliseconds: number) => void;
  /** Runs the job that checks fixtures once. */
  readonly runJob: (options?: Pick<FixtureJobOptions, "checkEveryMs">) => Promise<void>;
}

/** When the test's requests were captured: the leaf has ended since. */
export const CAPTURED_AT = Date.parse("2024-06-01T12:00:00Z");

/** Opens a simulator whose sandbox trusts a test's App Store. */
export async function openTestSimulator(database: StorageDatabase): Promise<TestSimulator> {
  const publishing = await openTestPublishing(database);
  const store = await createTestAppStore({
    leaf: { notBefore: new Date("2024-01-01"), notAfter: new Date("2024-12-31") },
  });
  await database.queries
    .updateTable("app_environments")
    .set({ trusted_roots: toJsonText<readonly string[]>([store.rootPem]) })
    .where("environment", "=", "sandbox")
    .execute();
  let waited = 0;
  const now = (): number => Date.now() + waited;
  const { keyring, runtimeKeys, means } = publishing;
  const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
  const feature = createSimulatorFeature({ ...means, now, idsOf, runtimeKeys });
  const as = (caller: TestCallerOptions): TestControl =>
    createTestControl({ database, features: [feature] }, { now, ...caller });
  return {
    ...publishing,
    store,
    idsOf,
    as,
    simulator: as({ role: "editor" }),
    captured: (fields) =>
      store.sign(
        testRealtimeRequest({
          appAppleId: 6_745_974_592,
          originalTransactionId: TEST_SUBSCRIPTION,
          productId: "yoga.monthly",
          signedDate: CAPTURED_AT,
          ...fields,
        }),
      ),
    wait(milliseconds) {
      waited += milliseconds;
    },
    async runJob(options = {}) {
      const { signal } = new AbortController();
      const job = fixtureJob({ database, idsOf, now, ...options });
      await job.run({ id: "job", payload: null, attempt: 1, signal });
    },
  };
}
