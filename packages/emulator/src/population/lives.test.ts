import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import { type Crowd, CROWD_PLACE, crowdApp, watchCrowd } from "../testing/crowd.ts";
import { decodePayload } from "../testing/notification-receiver.ts";
import { signToken } from "../testing/sign-token.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { MESSAGE } from "../testing/test-app.ts";
import { currentTransaction, statusOf } from "../world/subscriptions/index.ts";
import type { PopulationBehaviour } from "./behaviour.ts";
import type { LifeEvent, PopulationEvent } from "./population-event.ts";
import type { PopulationOptions } from "./population-options.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function live(
  options: Partial<PopulationOptions>,
  rest: EmulatorOptions = {},
): Promise<Crowd> {
  return watchCrowd(
    60,
    { maxConcurrent: 1, ...options },
    { answer: () => ({ message: { messageIdentifier: MESSAGE.plain } }), ...rest },
  );
}

const isLife = (event: PopulationEvent): event is LifeEvent => "subscription" in event;
const livesOf = ({ events }: Crowd) => events.filter((event) => isLife(event));
const idOf = ({ subscription }: LifeEvent) => subscription.originalTransactionId;

/** Everything that can happen, often enough that it does within a year. */
const EVENTFUL: PopulationBehaviour = {
  otherwise: { cancel: 0.5 },
  reconsiderAfterDays: 30,
  resume: { probability: 0.3, afterDays: [1, 5] },
  resubscribe: { probability: 0.5, afterDays: [1, 60] },
  paymentFailure: {
    probability: 0.2,
    gracePeriod: 0.5,
    recovery: { probability: 0.5, afterDays: [1, 40] },
  },
  refund: { probability: 0.02, afterDays: [0, 14] },
  joinsPerDay: 0.1,
};

describe("a year of a population", () => {
  let year: Crowd;
  beforeAll(async () => {
    const notificationUrls = { test: { sandbox: "https://notifications.example.com/" } };
    const options = { viewsPerSecond: 5 / 86_400, durationMs: 365 * DAY_MS, behaviour: EVENTFUL };
    year = await live(options, { notificationUrls });
    await year.emulator.notificationsIdle();
  }, 30_000);
  afterAll(async () => year.emulator.close());

  /** Asks the App Store Server API, as the app's developer. */
  async function ask(request: string, body?: unknown): Promise<unknown> {
    const { emulator, clock } = year;
    const credentials = emulator.credentials("test");
    const [method = "", path = ""] = request.split(" ");
    const token = await signToken(credentials, clock.now());
    const asked = new Request(`${credentials.sandboxBaseUrl}/inApps${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await emulator.fetch(asked);
    expect(response.status).toBe(200);
    return response.json();
  }

  test("has all that happens to subscriptions", () => {
    const types = new Set<string>(year.events.map(({ type }) => type));
    expect([...types].toSorted()).toEqual(
      "cancel endGracePeriod expire failToRenew join refund renew resubscribe resume stay tap view".split(
        " ",
      ),
    );
  });

  test("is told as Apple tells it, of each subscriber in its order", () => {
    const told = year.emulator.notifications(CROWD_PLACE);
    expect(told.length).toBeGreaterThan(300);
    const ours = Map.groupBy(
      year.events.flatMap((event) => {
        if (isLife(event)) return { id: idOf(event), name: NOTIFICATION[event.type] };
        if (event.type !== "cancel") return [];
        return { id: event.view.subscriber.originalTransactionId, name: "AUTO_RENEW_DISABLED" };
      }),
      ({ id }) => id,
    );
    const apples = Map.groupBy(told, ({ originalTransactionId = "" }) => originalTransactionId);
    expect([...apples.keys()].toSorted()).toEqual([...ours.keys()].toSorted());
    for (const [id, notifications] of apples) {
      const names = notifications.map(({ notificationType, subtype = "" }) =>
        SUBTYPES.has(subtype) ? subtype : notificationType,
      );
      expect(names).toEqual(ours.get(id)?.map(({ name }) => name));
    }
  });

  test("agrees with subscription statuses and transaction history", async () => {
    const { subscriptions } = year.emulator.world.get("test")?.environments.sandbox ?? {};
    const statuses = new Set<number>();
    for (const subscription of [...(subscriptions?.values() ?? [])].slice(0, 40)) {
      const { originalTransactionId: id, transactions } = subscription;
      const answer = await ask(`GET /v1/subscriptions/${id}`);
      const [, signed = ""] =
        /"signedTransactionInfo":"([^"]+)"/.exec(JSON.stringify(answer)) ?? [];
      const { transactionId, expiresDate, price } = currentTransaction(subscription);
      expect(decodePayload(signed)).toMatchObject({ transactionId, expiresDate, price });
      expect(answer).toMatchObject({
        data: [{ lastTransactions: [{ status: statusOf(subscription) }] }],
      });
      statuses.add(statusOf(subscription));
      const history = (await ask(`GET /v2/history/${id}`)) as { signedTransactions: string[] };
      const listed = history.signedTransactions.map((one) => decodePayload(one));
      const ids = listed.map((one) => (one as { transactionId: string }).transactionId);
      expect(ids.toSorted()).toEqual(
        transactions
          .map((one) => one.transactionId)
          .slice(0, ids.length)
          .toSorted(),
      );
    }
    expect(statuses.size).toBeGreaterThan(1);
  });

  test("agrees with the notification history of its last days", async () => {
    const endDate = year.clock.now();
    const startDate = endDate - 20 * DAY_MS;
    const told = year.emulator
      .notifications(CROWD_PLACE)
      .filter(({ signedDate }) => signedDate >= startDate)
      .map(({ signedPayload }) => signedPayload);
    const listed: string[] = [];
    let token: string | undefined = "";
    while (token !== undefined) {
      const query: string = token === "" ? "" : `?paginationToken=${token}`;
      const page = (await ask(`POST /v1/notifications/history${query}`, {
        startDate,
        endDate,
      })) as {
        readonly notificationHistory: readonly { readonly signedPayload: string }[];
        readonly paginationToken?: string;
      };
      listed.push(...page.notificationHistory.map(({ signedPayload }) => signedPayload));
      token = page.paginationToken;
    }
    expect(listed.length).toBeGreaterThan(20);
    expect(listed).toEqual(told);
  });
});

describe("a population", () => {
  test("renews at the price, until it ends because renewal is off", async () => {
    const crowd = await live({
      viewsPerSecond: 1,
      views: 60,
      tapProbability: 1,
      durationMs: 400 * DAY_MS,
      behaviour: { otherwise: { cancel: 0.5 } },
    });
    onTestFinished(async () => crowd.emulator.close());
    const lives = livesOf(crowd);
    const left = crowd.events.flatMap((event) =>
      event.type === "cancel" && event.change.status === 1 ? event.change.subscription : [],
    );
    expect(left.length).toBeGreaterThan(5);
    for (const subscription of left) {
      const { originalTransactionId } = subscription;
      expect(lives.filter((event) => idOf(event) === originalTransactionId)).toMatchObject([
        { type: "expire", subtype: "VOLUNTARY", at: currentTransaction(subscription).expiresDate },
      ]);
    }
    const renewals = lives.filter(
      ({ type, subscriber }) => type === "renew" && subscriber.storefront === "USA",
    );
    expect(renewals.length).toBeGreaterThan(10);
    for (const { subscription, at } of renewals) {
      const { currency, price, purchaseDate } = currentTransaction(subscription);
      expect({ currency, isPaid: price > 0, at: purchaseDate }).toEqual({
        currency: "USD",
        isPaid: true,
        at,
      });
    }
  });

  test("lives faster when days are short", async () => {
    const options = { viewsPerSecond: 1e-9, behaviour: {} };
    const slow = await live({ ...options, durationMs: 60 * DAY_MS });
    const fast = await live(
      { ...options, durationMs: (60 * DAY_MS) / 8640 },
      { subscriptionTimeScale: 1 / 8640 },
    );
    onTestFinished(async () => {
      await Promise.all([slow.emulator.close(), fast.emulator.close()]);
    });
    expect(monthlyRenewalsOf(slow).length).toBeGreaterThan(20);
    // Months of the calendar are not all as long.
    expect(Math.abs(monthlyRenewalsOf(fast).length - monthlyRenewalsOf(slow).length)).toBeLessThan(
      10,
    );
    const [first] = monthlyRenewalsOf(fast);
    const { purchaseDate = 0, expiresDate = 0 } =
      first === undefined ? {} : currentTransaction(first.subscription);
    expect((expiresDate - purchaseDate) / 1000).toBeCloseTo((365 / 12) * 10, 0);
  });

  test("is joined evenly in time, by people whom the world keeps", async () => {
    using kept = makeTemporaryDirectory();
    const directory = kept.path;
    const behaviour = { joinsPerDay: 2 };
    const crowd = await live(
      { viewsPerSecond: 1e-9, durationMs: 10 * DAY_MS + 1, behaviour },
      { directory },
    );
    await crowd.emulator.close();
    const joined = livesOf(crowd).filter(({ type }) => type === "join");
    expect(joined).toHaveLength(20);
    const apart = joined.slice(1).map(({ at }, index) => at - (joined[index]?.at ?? 0));
    expect(new Set(apart)).toEqual(new Set([DAY_MS / 2]));
    const { clock } = crowd;
    const again = await createEmulator({ apps: [crowdApp(60)], clock, directory });
    const known = new Map(
      again.subscribers(CROWD_PLACE).map((one) => [one.originalTransactionId, one]),
    );
    expect(known.size).toBe(80);
    for (const { subscriber, subscription } of joined) {
      const { originalTransactionId } = subscription;
      expect(known.get(originalTransactionId)).toMatchObject({ locale: subscriber.locale });
      const now = await again.subscription({ ...CROWD_PLACE, originalTransactionId });
      expect(now.transactions[0]).toEqual(subscription.transactions[0]);
    }
    await again.close();
  });
});

function monthlyRenewalsOf(crowd: Crowd): readonly LifeEvent[] {
  return livesOf(crowd).filter(
    ({ type, subscription }) =>
      type === "renew" && currentTransaction(subscription).productId === "basic.monthly",
  );
}

const SUBTYPES: ReadonlySet<string> = new Set([
  "AUTO_RENEW_DISABLED",
  "AUTO_RENEW_ENABLED",
  "INITIAL_BUY",
  "RESUBSCRIBE",
]);

const NOTIFICATION: Readonly<Record<LifeEvent["type"], string>> = {
  join: "INITIAL_BUY",
  resubscribe: "RESUBSCRIBE",
  resume: "AUTO_RENEW_ENABLED",
  renew: "DID_RENEW",
  failToRenew: "DID_FAIL_TO_RENEW",
  endGracePeriod: "GRACE_PERIOD_EXPIRED",
  expire: "EXPIRED",
  refund: "REFUND",
};
