import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createSubscriptionStreams } from "../control/subscription-streams.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { createSubscriptionIds } from "../subscribers/index.ts";
import { readSubscriberState } from "../subscribers/state/read-stored.ts";
import {
  makeApps,
  openNotifications,
  SANDBOX,
  signNotification,
} from "./testing/test-notifications.ts";

let store: TestAppStore;
beforeAll(async () => {
  store = await createTestAppStore();
});

/** What whoever may sign for an app, under a root of its own, can put where Apple puts something else. */
const hostile = fc.oneof(
  fc.constantFrom<readonly unknown[]>(
    1e308,
    -1e308,
    -1,
    0.5,
    2 ** 53,
    2 ** 63,
    8.64e15 + 1,
    "",
    "\0",
    "\ud800",
    "__proto__",
    "constructor",
    "x".repeat(20_000),
    null,
    true,
    [],
    {},
    [[[[[[]]]]]],
    { __proto__: null, ["__proto__"]: { polluted: true } },
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const TRANSACTION_FIELDS = [
  "originalTransactionId",
  "transactionId",
  "webOrderLineItemId",
  "productId",
  "subscriptionGroupIdentifier",
  "purchaseDate",
  "originalPurchaseDate",
  "expiresDate",
  "signedDate",
  "revocationDate",
  "price",
  "currency",
  "storefront",
  "offerType",
  "offerIdentifier",
  "offerDiscountType",
  "offerPeriod",
  "appAccountToken",
  "inAppOwnershipType",
  "type",
  "quantity",
  "isUpgraded",
  "transactionReason",
] as const;

const RENEWAL_FIELDS = [
  "originalTransactionId",
  "autoRenewProductId",
  "autoRenewStatus",
  "expirationIntent",
  "gracePeriodExpiresDate",
  "isInBillingRetryPeriod",
  "priceIncreaseStatus",
  "recentSubscriptionStartDate",
  "renewalDate",
  "renewalPrice",
  "signedDate",
  "offerType",
  "offerIdentifier",
  "eligibleWinBackOfferIds",
] as const;

const NOTIFICATION_FIELDS = ["notificationType", "subtype", "version", "signedDate"] as const;

function some(fields: readonly string[]) {
  return fc.dictionary(fc.constantFrom(...fields), hostile, { maxKeys: 3, noNullPrototype: true });
}

const contents = fc.record({
  transaction: some(TRANSACTION_FIELDS),
  renewalInfo: some(RENEWAL_FIELDS),
  notification: some(NOTIFICATION_FIELDS),
  data: some(["status", "consumptionRequestReason", "bundleVersion"]),
});

describe.each(await engines())("what is signed and makes no sense, on $name", (engine) => {
  test("is taken or refused, never a fault of ours, and spoils nothing that comes with it", async () => {
    const database = await openTestDatabase(engine);
    const keyring = await makeApps(database, store.rootPem);
    const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
    const streams = createSubscriptionStreams({ now: Date.now, idsOf });
    const control = openNotifications(database, keyring, { streams });
    const ids = await idsOf("yoga");
    let count = 0;
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        count += 1;
        const own = { originalTransactionId: "2000000000000001" };
        const sound = signNotification(store, {
          uuid: `sound-${count}`,
          transaction: { ...own, transactionId: String(count) },
          renewalInfo: own,
        });
        const answers = await Promise.all([
          control.post(signNotification(store, { uuid: `hostile-${count}`, ...content })),
          control.post(sound),
        ]);
        const statuses = answers.map(({ status }) => status);
        expect([200, 400, 503]).toContain(statuses[0]);
        expect(statuses[1]).toBe(200);
        for (const id of ["2000000123456789", "2000000000000001"]) {
          const pseudonym = ids.pseudonymOf(id);
          const state = { pseudonym, now: Date.now() };
          const read = await readSubscriberState(database.queries, SANDBOX, state);
          expect(JSON.stringify(read ?? {})).not.toContain("polluted");
        }
      }),
      { numRuns: 40 },
    );
    // A date ahead of our clock is the one thing that may be our fault.
    const faults = control.reports.flatMap(({ problem }) => problem ?? []);
    expect(faults.filter(({ message }) => !message.includes("check the clock"))).toEqual([]);
  });
});
