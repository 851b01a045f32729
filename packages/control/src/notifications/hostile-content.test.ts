import { routes } from "@holdfast/api";
import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createSubscriptionStreams } from "../control/subscription-streams.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { createSubscriptionIds } from "../subscribers/index.ts";
import { writableState } from "../subscribers/state/writable-state.ts";
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

/** Texts that whoever may sign for an app, under a root of its own, can put where Apple puts another. */
const texts = fc.oneof(
  fc.constantFrom("", "\0", "\ud800", "__proto__", "constructor", "x".repeat(20_000), "a\nb"),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const numbers = fc.oneof(
  fc.constantFrom(1e308, -1e308, -1, 0.5, 2 ** 53, 2 ** 63, 8.64e15 + 1, 0),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const others = fc.constantFrom<unknown[]>(
  null,
  true,
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__":{"polluted":true}}'),
);

const TEXTS = {
  transaction: [
    "transactionId",
    "webOrderLineItemId",
    "productId",
    "currency",
    "storefront",
    "offerIdentifier",
    "offerDiscountType",
    "offerPeriod",
    "appAccountToken",
    "inAppOwnershipType",
    "transactionReason",
    "billingPlanType",
  ],
  renewalInfo: ["autoRenewProductId", "productId", "offerIdentifier", "appAccountToken"],
  notification: ["notificationType", "subtype", "version"],
  data: ["bundleVersion", "consumptionRequestReason"],
} as const;

const NUMBERS = {
  transaction: [
    "purchaseDate",
    "originalPurchaseDate",
    "expiresDate",
    "signedDate",
    "revocationDate",
    "price",
    "offerType",
    "quantity",
  ],
  renewalInfo: [
    "autoRenewStatus",
    "expirationIntent",
    "gracePeriodExpiresDate",
    "priceIncreaseStatus",
    "recentSubscriptionStartDate",
    "renewalDate",
    "renewalPrice",
    "signedDate",
    "offerType",
  ],
  notification: ["signedDate"],
  data: ["status"],
} as const;

type Part = keyof typeof TEXTS;

/** One field that is another: mostly of its own type, for the rest is refused at once. */
function fieldOf(part: Part) {
  const any = [...TEXTS[part], ...NUMBERS[part]];
  return fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom<string[]>(...TEXTS[part]), texts) },
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom<string[]>(...NUMBERS[part]), numbers) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom<string[]>(...any), others) },
  );
}

const contents = fc
  .constantFrom<Part[]>("transaction", "transaction", "renewalInfo", "notification", "data")
  .chain((part) => fieldOf(part).map(([name, value]) => ({ [part]: { [name]: value } })));

const DAY_MS = 86_400_000;

const stateAnswer = routes.readSubscriberState.success.body;

describe.each(await engines())("what is signed and makes no sense, on $name", (engine) => {
  test("is taken or refused, never a fault of ours, and spoils nothing that comes with it", async () => {
    const database = await openTestDatabase(engine);
    const keyring = await makeApps(database, store.rootPem);
    const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
    const streams = createSubscriptionStreams({ now: Date.now, idsOf });
    const control = openNotifications(database, keyring, { streams });
    const ids = await idsOf("yoga");
    let count = 0;
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        count += 1;
        const own = { originalTransactionId: "2000000000000001" };
        const period = { purchaseDate: Date.now() - DAY_MS, expiresDate: Date.now() + DAY_MS };
        const hostile = { ...content, transaction: { ...period, ...content["transaction"] } };
        const sound = signNotification(store, {
          uuid: `sound-${count}`,
          transaction: { ...period, ...own, transactionId: String(count) },
          renewalInfo: own,
        });
        const answers = await Promise.all([
          control.post(signNotification(store, { uuid: `hostile-${count}`, ...hostile })),
          control.post(sound),
        ]);
        const statuses = answers.map(({ status }) => status);
        expect([200, 400, 503]).toContain(statuses[0]);
        taken += statuses[0] === 200 ? 1 : 0;
        expect(statuses[1]).toBe(200);
        for (const id of ["2000000123456789", "2000000000000001"]) {
          const pseudonym = ids.pseudonymOf(id);
          const state = { pseudonym, now: Date.now() };
          const read = await readSubscriberState(database.queries, SANDBOX, state);
          expect(JSON.stringify(read ?? {})).not.toContain("polluted");
          if (read === undefined) continue;
          // What is no answer of this operation's would be a fault at each lookup.
          const answer = { found: true, state: writableState(read) };
          expect(stateAnswer.safeParse(answer).error?.issues).toBe(undefined);
        }
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(count / 4);
    const { status } = await control.call(
      "GET /v1/apps/yoga/environments/sandbox/notifications?limit=100",
    );
    expect(status).toBe(200);
    // A date ahead of our clock is the one thing that may be our fault.
    const faults = control.reports.flatMap(({ problem }) => problem ?? []);
    expect(faults.filter(({ message }) => message?.includes("check the clock") !== true)).toEqual(
      [],
    );
  });
});
