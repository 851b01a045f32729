import { describe, expect, onTestFinished, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { signedPayloadOf } from "../testing/crowd.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { decodePayload } from "../testing/notification-receiver.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import type { NotificationFault } from "./notification-faults.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const MONTHLY = { ...SANDBOX, originalTransactionId: SUBSCRIBER.monthly };
const RENEWED = { ...SANDBOX, originalTransactionId: SUBSCRIBER.renewed };

interface Setting {
  readonly emulator: Emulator;
  /** What was received, oldest first: type or subtype, and when. */
  readonly received: {
    readonly name: string;
    readonly signedPayload: string;
    readonly at: number;
  }[];
}

async function set(
  faults: readonly NotificationFault[],
  clock = createManualClock(),
): Promise<Setting> {
  const received: Setting["received"] = [];
  const url = "https://notifications.example.com/";
  const emulator = await createEmulator({
    apps: [TEST_APP],
    clock,
    notificationUrls: { test: { sandbox: url, production: url } },
    fetch: async (_url, init) => {
      const signedPayload = signedPayloadOf(init);
      // What the emulator sends as a notification has these.
      const payload = decodePayload(signedPayload) as {
        notificationType: string;
        subtype?: string;
      };
      const { notificationType, subtype = notificationType } = payload;
      received.push({ name: subtype, signedPayload, at: clock.now() });
      return Promise.resolve(new Response(null, { status: 200 }));
    },
  });
  onTestFinished(async () => emulator.close());
  emulator.notificationFaults.set(faults);
  return { emulator, received };
}

/** Turns renewal off and on again, one after the other. */
async function toAndFro(emulator: Emulator, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await emulator.changeSubscription(MONTHLY, { type: "cancel" });
    await emulator.changeSubscription(MONTHLY, { type: "resume" });
  }
}

const namesOf = ({ received }: Setting) => received.map(({ name }) => name);

describe("a fault of notifications", () => {
  test("delays them, and leaves when they were signed", async () => {
    const setting = await set([{ kind: "delay", delayMs: 5000, subtype: "AUTO_RENEW_DISABLED" }]);
    const { emulator, received } = setting;
    await toAndFro(emulator);
    await expect.poll(() => received.length).toBe(2);
    const [delayed] = emulator.notifications(SANDBOX);
    const late = received.find(({ name }) => name === "AUTO_RENEW_DISABLED");
    expect((late?.at ?? 0) - (delayed?.signedDate ?? 0)).toBeGreaterThanOrEqual(5000);
  });

  test("lets the next one overtake one, and loses none", async () => {
    // A minute of this clock lasts a minute.
    const clock = { ...createManualClock(), sleep: never };
    const setting = await set([{ kind: "reorder" }], { ...clock, advance: () => undefined });
    await toAndFro(setting.emulator, 2);
    await setting.emulator.notificationsIdle();
    expect(namesOf(setting)).toEqual([
      "AUTO_RENEW_ENABLED",
      "AUTO_RENEW_DISABLED",
      "AUTO_RENEW_ENABLED",
      "AUTO_RENEW_DISABLED",
    ]);
  });

  test("does not hold one back for ever when none follows", async () => {
    const setting = await set([{ kind: "reorder", withinMs: 1000 }]);
    await setting.emulator.changeSubscription(MONTHLY, { type: "cancel" });
    await expect.poll(() => namesOf(setting)).toEqual(["AUTO_RENEW_DISABLED"]);
  });

  test("repeats them, the very same", async () => {
    const setting = await set([{ kind: "duplicate", copies: 2, times: 1 }]);
    await toAndFro(setting.emulator);
    await setting.emulator.notificationsIdle();
    const [first, ...others] = setting.emulator.notifications(SANDBOX);
    const same = setting.received.filter((one) => one.signedPayload === first?.signedPayload);
    expect([same.length, setting.received.length]).toEqual([3, 4]);
    expect(first?.attempts).toMatchObject(
      Array.from({ length: 3 }, () => ({ sendAttemptResult: "SUCCESS" })),
    );
    expect(others.map(({ attempts }) => attempts.length)).toEqual([1]);
  });

  test("loses them: only the history knows", async () => {
    const setting = await set([
      { kind: "drop", skip: 1, notificationType: "DID_CHANGE_RENEWAL_STATUS" },
    ]);
    const { emulator, received } = setting;
    await toAndFro(emulator);
    await emulator.changeSubscription(RENEWED, { type: "renew" });
    await emulator.notificationsIdle();
    expect(namesOf(setting).toSorted()).toEqual(["AUTO_RENEW_DISABLED", "DID_RENEW"]);
    expect(emulator.notifications(SANDBOX)).toMatchObject([
      { attempts: [{ sendAttemptResult: "SUCCESS" }] },
      { subtype: "AUTO_RENEW_ENABLED", attempts: [{ sendAttemptResult: "NO_RESPONSE" }] },
      { attempts: [{ sendAttemptResult: "SUCCESS" }] },
    ]);
    expect(emulator.notificationFaults.list()).toMatchObject([{ matched: 2, applied: 1 }]);
    emulator.notificationFaults.clear();
    await toAndFro(emulator);
    await emulator.notificationsIdle();
    expect(received).toHaveLength(4);
  });

  test("falls on a share of them, the same ones when set again", async () => {
    const fault = { kind: "drop", share: 0.5 } as const;
    const lost = async () => {
      const { emulator } = await set([fault]);
      await toAndFro(emulator, 10);
      await emulator.notificationsIdle();
      const attempts = emulator.notifications(SANDBOX).map((one) => one.attempts[0]);
      return attempts.map((attempt) => attempt?.sendAttemptResult === "NO_RESPONSE");
    };
    const first = await lost();
    expect(first.filter(Boolean).length).toBeGreaterThan(4);
    expect(first.filter(Boolean).length).toBeLessThan(16);
    expect(await lost()).toEqual(first);
  });

  test("does not fall on other environments, or on tests", async () => {
    const setting = await set([
      { kind: "drop", environment: "production" },
      { kind: "drop", notificationType: "TEST" },
    ]);
    await toAndFro(setting.emulator);
    await setting.emulator.sendTestNotification(SANDBOX);
    await setting.emulator.notificationsIdle();
    expect(setting.received).toHaveLength(3);
  });

  test.each<readonly [string, NotificationFault]>([
    ["an app there is not", { kind: "drop", app: "nobody" }],
    ["half a notification", { kind: "drop", times: 0.5 }],
    ["more than all", { kind: "drop", share: 1.1 }],
    ["time that goes back", { kind: "delay", delayMs: -1 }],
    ["no copies", { kind: "duplicate", copies: 0 }],
    ["no time to be overtaken in", { kind: "reorder", withinMs: 0 }],
  ])("cannot be about %s, and leaves what there was", async (_what, fault) => {
    const { emulator } = await set([{ kind: "drop" }]);
    expect(() => emulator.notificationFaults.set([fault])).toThrow("expected ");
    expect(emulator.notificationFaults.list()).toMatchObject([{ kind: "drop" }]);
  });
});

/** Sleeps until it is woken. */
async function never(_milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<undefined>();
  signal?.addEventListener("abort", () => reject(new Error("woken")));
  await promise;
}
