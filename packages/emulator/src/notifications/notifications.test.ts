import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { catchError } from "../testing/catch-error.ts";
import { createManualClock, type ManualClock } from "../testing/manual-clock.ts";
import {
  decodePayload,
  NOTIFICATION_URL,
  type NotificationReceiver,
  startNotificationReceiver,
} from "../testing/notification-receiver.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import type { EnvironmentName } from "../world/index.ts";

const HOUR_MS = 60 * 60 * 1000;

interface Setting {
  readonly receiver: NotificationReceiver;
  readonly clock: ManualClock;
  readonly start: (options?: EmulatorOptions) => Promise<Emulator>;
}

/** A receiver, a clock that is moved by hand, and emulators that are closed in the end. */
async function set(): Promise<Setting> {
  const receiver = await startNotificationReceiver();
  onTestFinished(async () => receiver[Symbol.asyncDispose]());
  const clock = createManualClock();
  const start = async (options: EmulatorOptions = {}) => {
    const emulator = await createEmulator({
      apps: [TEST_APP],
      clock,
      resolve: [{ from: NOTIFICATION_URL, to: receiver.url }],
      notificationUrls: { test: { sandbox: NOTIFICATION_URL, production: NOTIFICATION_URL } },
      ...options,
    });
    onTestFinished(async () => emulator.close());
    return emulator;
  };
  return { receiver, clock, start };
}

function monthly(environment: EnvironmentName) {
  return { app: "test", environment, originalTransactionId: SUBSCRIBER.monthly };
}

const SANDBOX = monthly("sandbox");
const PRODUCTION = monthly("production");

function resultsOf(emulator: Emulator, place = SANDBOX) {
  return emulator
    .notifications(place)
    .map(({ attempts }) => attempts.map(({ sendAttemptResult }) => sendAttemptResult));
}

describe("changeSubscription() with a notification URL", () => {
  test("posts what Apple posts, once when it is taken", async () => {
    const { receiver, start } = await set();
    const emulator = await start();
    const { notifications } = await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    await emulator.notificationsIdle();
    const [body = "", ...others] = receiver.bodies;
    expect(others).toEqual([]);
    const { signedPayload, ...rest } = JSON.parse(body) as { signedPayload: string };
    expect(rest).toEqual({});
    expect(decodePayload(signedPayload)).toMatchObject({
      ...notifications[0],
      version: "2.0",
      data: { bundleId: "com.example.test", environment: "Sandbox", status: 1 },
    });
    expect(resultsOf(emulator)).toEqual([["SUCCESS"]]);
  });

  test("leaves the app's number out in the sandbox and not in production", async () => {
    const { start } = await set();
    const emulator = await start();
    for (const place of [SANDBOX, PRODUCTION]) {
      await emulator.changeSubscription(place, { type: "cancel" });
    }
    const numbers = [SANDBOX, PRODUCTION].map((place) => {
      const payload = decodePayload(emulator.notifications(place)[0]?.signedPayload ?? "");
      return (payload as { data: { appAppleId?: number } }).data.appAppleId;
    });
    expect(numbers).toEqual([undefined, TEST_APP.appAppleId]);
  });

  test.each([200, 204, 206])("is content with %i", async (status) => {
    const { receiver, start } = await set();
    receiver.status = status;
    const emulator = await start();
    await emulator.changeSubscription(PRODUCTION, { type: "cancel" });
    await emulator.notificationsIdle();
    expect(resultsOf(emulator, PRODUCTION)).toEqual([["SUCCESS"]]);
  });

  test.each([207, 302, 400, 503])("tries once in the sandbox when answered %i", async (status) => {
    const { receiver, start } = await set();
    receiver.status = status;
    const emulator = await start();
    await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    await emulator.notificationsIdle();
    expect(resultsOf(emulator)).toEqual([["UNSUCCESSFUL_HTTP_RESPONSE_CODE"]]);
    expect(receiver.bodies).toHaveLength(1);
  });

  test("tries again in production after 1, 12, 24, 48 and 72 hours, with the very same", async () => {
    const { receiver, clock, start } = await set();
    receiver.status = 503;
    const emulator = await start();
    await emulator.changeSubscription(PRODUCTION, { type: "cancel" });
    await expect.poll(() => resultsOf(emulator, PRODUCTION)[0]?.length).toBe(6);
    await emulator.close();
    expect(clock.sleeps.map((slept) => slept / HOUR_MS)).toEqual([1, 12, 24, 48, 72]);
    expect(new Set(receiver.bodies).size).toBe(1);
    const [notification] = emulator.notifications(PRODUCTION);
    const dates = notification?.attempts.map(({ attemptDate }) => attemptDate) ?? [];
    const waits = dates.slice(1).map((date, index) => (date - (dates[index] ?? 0)) / HOUR_MS);
    expect(waits).toEqual([1, 12, 24, 48, 72]);
    expect(notification?.nextAttemptAt).toBeUndefined();
  });

  test("makes hours shorter by the scale it is given", async () => {
    const { receiver, clock, start } = await set();
    receiver.status = 503;
    const emulator = await start({ notificationTimeScale: 1 / 3600 });
    await emulator.changeSubscription(PRODUCTION, { type: "cancel" });
    await expect.poll(() => resultsOf(emulator, PRODUCTION)[0]?.length).toBe(6);
    await emulator.close();
    expect(clock.sleeps.map(Math.round)).toEqual([1000, 12_000, 24_000, 48_000, 72_000]);
  });

  test("does not wait for the answer", async () => {
    const { start } = await set();
    // Answers only when the emulator closes.
    const emulator = await start({
      fetch: async (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    });
    await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    expect(resultsOf(emulator)).toEqual([[]]);
    await emulator.close();
    expect(resultsOf(emulator)).toEqual([[]]);
  });

  test("tells of a closed port", async () => {
    const { receiver, start } = await set();
    await receiver[Symbol.asyncDispose]();
    const emulator = await start();
    await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    await emulator.notificationsIdle();
    expect(resultsOf(emulator)).toEqual([["SOCKET_ISSUE"]]);
  });

  test("tells of what time alone brought before what was done", async () => {
    const { clock, start } = await set();
    const emulator = await start();
    clock.advance(40 * 24 * HOUR_MS);
    await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    const types = emulator.notifications(SANDBOX).map(({ notificationType }) => notificationType);
    expect(types.slice(-2)).toEqual(["DID_RENEW", "DID_CHANGE_RENEWAL_STATUS"]);
  });
});

describe("changeSubscription() without a notification URL", () => {
  test("keeps and sends nothing", async () => {
    const { receiver, start } = await set();
    const emulator = await start({ notificationUrls: {} });
    const { notifications } = await emulator.changeSubscription(SANDBOX, { type: "cancel" });
    await emulator.notificationsIdle();
    expect(notifications).toHaveLength(1);
    expect(emulator.notifications(SANDBOX)).toEqual([]);
    expect(receiver.bodies).toEqual([]);
  });
});

describe("createEmulator() with a directory", () => {
  test("goes on where retries were, under the same notificationUUID", async () => {
    using directory = makeTemporaryDirectory();
    const { receiver, clock, start } = await set();
    receiver.status = 503;
    // A clock whose sleeps do not end keeps the retry waiting.
    const waiting = { ...clock, sleep: sleepUntilAborted };
    const first = await start({ directory: directory.path, clock: waiting });
    await first.changeSubscription(PRODUCTION, { type: "cancel" });
    await first.notificationsIdle();
    await first.close();
    const [left] = first.notifications(PRODUCTION);
    expect(left).toMatchObject({ nextAttemptAt: clock.now() + HOUR_MS });

    receiver.status = 200;
    const second = await start({ directory: directory.path });
    await expect.poll(() => resultsOf(second, PRODUCTION)[0]?.length).toBe(2);
    expect(second.notifications(PRODUCTION)).toMatchObject([
      {
        notificationUUID: left?.notificationUUID,
        signedPayload: left?.signedPayload,
        attempts: [
          { sendAttemptResult: "UNSUCCESSFUL_HTTP_RESPONSE_CODE" },
          { sendAttemptResult: "SUCCESS", attemptDate: clock.now() },
        ],
      },
    ]);
  });

  test("keeps what became of subscriptions, and since when the world is", async () => {
    using directory = makeTemporaryDirectory();
    const { clock, start } = await set();
    const first = await start({ directory: directory.path });
    await first.changeSubscription(SANDBOX, { type: "cancel" });
    const places = [SANDBOX, { ...SANDBOX, originalTransactionId: SUBSCRIBER.renewed }];
    const before = await Promise.all(places.map(async (place) => first.subscription(place)));
    await first.close();
    clock.advance(1000);
    const second = await start({ directory: directory.path });
    expect(await Promise.all(places.map(async (place) => second.subscription(place)))).toEqual(
      before,
    );
  });

  test("keeps the URL", async () => {
    using directory = makeTemporaryDirectory();
    const { start } = await set();
    const options = { directory: directory.path, notificationUrls: {} };
    const first = await start(options);
    first.configureNotificationUrl(SANDBOX, NOTIFICATION_URL);
    await first.close();
    const second = await start(options);
    expect(second.getNotificationUrl(SANDBOX)).toBe(NOTIFICATION_URL);
    expect(second.getNotificationUrl(PRODUCTION)).toBeUndefined();
  });

  test("tells nobody of what was due while it was not there", async () => {
    using directory = makeTemporaryDirectory();
    const { clock, start } = await set();
    await (await start({ directory: directory.path })).close();
    clock.advance(400 * 24 * HOUR_MS);
    const later = await start({ directory: directory.path });
    const { transactions } = await later.subscription(SANDBOX);
    expect(transactions.length).toBeGreaterThan(12);
    expect(later.notifications(SANDBOX)).toEqual([]);
  });

  test.each(["subscriptions.jsonl", "notifications.jsonl"])(
    "throws STATE_UNREADABLE for %s of rubbish",
    async (file) => {
      using directory = makeTemporaryDirectory();
      const { start } = await set();
      await (await start({ directory: directory.path })).close();
      const path = join(directory.path, file);
      writeFileSync(path, `${readFileSync(path, "utf8")}{"other":true}\n`);
      expect(await catchError(async () => start({ directory: directory.path }))).toMatchObject({
        code: "STATE_UNREADABLE",
      });
    },
  );
});

describe("configureNotificationUrl()", () => {
  test.each(["http://example.com/", "https://", "example.com"])(
    "throws INPUT_INVALID for %s",
    async (url) => {
      const { start } = await set();
      const emulator = await start();
      expect(await catchError(() => emulator.configureNotificationUrl(SANDBOX, url))).toMatchObject(
        { code: "INPUT_INVALID" },
      );
    },
  );
});

describe("createEmulator()", () => {
  test.each([0, -1, 2, Number.NaN])(
    "throws OPTIONS_INVALID for notificationTimeScale %d",
    async (notificationTimeScale) => {
      const { start } = await set();
      expect(await catchError(async () => start({ notificationTimeScale }))).toMatchObject({
        code: "OPTIONS_INVALID",
      });
    },
  );
});

async function sleepUntilAborted(_milliseconds: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });
}
