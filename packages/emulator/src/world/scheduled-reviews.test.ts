import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { makePng } from "../testing/make-png.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const NEW = "00000000-0000-4000-8000-0000000000aa";
const IMAGE = "00000000-0000-4000-9000-0000000000aa";
const TEXT = { header: "h", body: "b" };
const WITH_IMAGE = { ...TEXT, image: { imageIdentifier: IMAGE, altText: "a" } };
const PNG = makePng({ width: 3840, height: 160 });
const DEFAULT = { productId: "basic.monthly", locale: "de-DE", messageIdentifier: NEW };

describe("reviewDelayMs", () => {
  test("approves messages and images in production when their time has come", async () => {
    const clock = createManualClock();
    const emulator = await createEmulator({ apps: [TEST_APP], clock, reviewDelayMs: 1000 });
    const stateOf = () => emulator.messages(PRODUCTION).at(-1)?.state;
    expect(emulator.uploadImage(PRODUCTION, IMAGE, PNG)).toMatchObject({
      state: "PENDING",
      reviewDueAt: clock.now() + 1000,
    });
    emulator.uploadMessage(PRODUCTION, NEW, WITH_IMAGE);
    clock.advance(999);
    expect(stateOf()).toBe("PENDING");
    expect(() => emulator.configureDefault(PRODUCTION, DEFAULT)).toThrow("APPROVED");
    clock.advance(1);
    expect(stateOf()).toBe("APPROVED");
    expect(emulator.images(PRODUCTION)).toEqual([
      { imageIdentifier: IMAGE, imageSize: "FULL_SIZE", state: "APPROVED" },
    ]);
    emulator.configureDefault(PRODUCTION, DEFAULT);
  });

  test("lets a cancel sheet show what was approved while nobody looked", async () => {
    const clock = createManualClock();
    const emulator = await createEmulator({
      apps: [TEST_APP],
      clock,
      reviewDelayMs: 1000,
      fetch: async () => Response.json({ message: { messageIdentifier: NEW } }),
    });
    emulator.grantPerformanceTestPass("test");
    emulator.configureRealtimeUrl(PRODUCTION, "https://retention.example.com/");
    emulator.uploadMessage(PRODUCTION, NEW, TEXT);
    const sheet = { ...PRODUCTION, originalTransactionId: SUBSCRIBER.monthly };
    expect((await emulator.openCancelSheet(sheet)).shown.source).toBe("default");
    clock.advance(1000);
    expect((await emulator.openCancelSheet(sheet)).shown.source).toBe("realtime");
  });

  test("leaves what was reviewed before as it is", async () => {
    const clock = createManualClock();
    const emulator = await createEmulator({ apps: [TEST_APP], clock, reviewDelayMs: 1000 });
    emulator.uploadMessage(PRODUCTION, NEW, TEXT);
    expect(emulator.reviewMessage(PRODUCTION, NEW, "REJECTED")).toEqual({
      ...TEXT,
      messageIdentifier: NEW,
      state: "REJECTED",
    });
    clock.advance(1000);
    expect(emulator.messages(PRODUCTION).at(-1)?.state).toBe("REJECTED");
  });

  test("is nothing to the sandbox, which approves at once", async () => {
    const emulator = await createEmulator({ apps: [TEST_APP], reviewDelayMs: 1000 });
    expect(emulator.uploadMessage(SANDBOX, NEW, TEXT)).toEqual({
      ...TEXT,
      messageIdentifier: NEW,
      state: "APPROVED",
    });
  });

  test("goes on through a restart, whatever the delay is then", async () => {
    using directory = makeTemporaryDirectory();
    const clock = createManualClock();
    const options = { directory: directory.path, apps: [TEST_APP], clock };
    const first = await createEmulator({ ...options, reviewDelayMs: 1000 });
    first.uploadMessage(PRODUCTION, NEW, TEXT);
    clock.advance(500);
    await first.close();
    const second = await createEmulator(options);
    expect(second.messages(PRODUCTION).at(-1)?.state).toBe("PENDING");
    clock.advance(500);
    expect(second.messages(PRODUCTION).at(-1)?.state).toBe("APPROVED");
  });

  test.each([-1, Number.NaN])("refuses a delay of %d", async (reviewDelayMs) => {
    await expect(createEmulator({ reviewDelayMs })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
  });
});
