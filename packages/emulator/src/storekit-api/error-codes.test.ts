import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { callStorekit } from "../testing/call-storekit.ts";
import { makePng } from "../testing/make-png.ts";
import { anyText } from "../testing/matching.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import type { AppEnvironment } from "../world/index.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
/** An app with as much as it may have, and a performance test under way. */
const BUSY = { app: "busy", environment: "sandbox" } as const;
const NEW = "00000000-0000-4000-8000-0000000000aa";
const FULL_IMAGE = "00000000-0000-4000-9000-0000000000aa";
const BULLET_IMAGE = "00000000-0000-4000-9000-0000000000bb";
const PENDING = "00000000-0000-4000-8000-0000000000dd";
const WITH_IMAGE = "00000000-0000-4000-8000-0000000000ee";
const TEXT = { header: "Stay", body: "Please stay." };
const FULL = makePng({ width: 3840, height: 160 });
const BULLET = makePng({ width: 1024, height: 1024 });
const DEFAULT = "/default/basic.monthly/en-US";
const ABOUT = { originalTransactionId: SUBSCRIBER.monthly };
const URL_BODY = { realtimeURL: "https://retention.example.com/" };

/**
 * The errors of the Retention Messaging API with a natural cause.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/error-codes
 */
const DOCUMENTED = [
  4000006, 4000023, 4000048, 4000161, 4000162, 4000163, 4000164, 4000175, 4000185, 4000187, 4000211,
  4000212, 4000213, 4000215, 4000216, 4000218, 4000219, 4000224, 4030014, 4030016, 4030017, 4030018,
  4030019, 4030026, 4040014, 4040015, 4040018, 4040020, 4040021, 4090000, 4090001,
];

const withImage = (imageIdentifier: string, altText = "a") => ({
  ...TEXT,
  image: { imageIdentifier, altText },
});
const withBullets = (count: number, text = "t") => ({
  ...TEXT,
  bulletPoints: Array.from({ length: count }, () => ({
    imageIdentifier: BULLET_IMAGE,
    altText: "a",
    text,
  })),
});

const never = new AbortController();
let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({
    port: 0,
    apps: [TEST_APP, { ...TEST_APP, id: "busy", bundleId: "com.example.busy", appAppleId: 2 }],
    maxBulletPoints: 2,
    performanceTest: { totalRequests: 1, totalDuration: 0 },
    // Leaves a performance test under way until the end.
    fetch: async () =>
      new Promise((_resolve, reject) => {
        never.signal.addEventListener("abort", () => reject(new TypeError("over")));
      }),
  });
  for (const place of [SANDBOX, PRODUCTION]) {
    emulator.uploadImage(place, FULL_IMAGE, FULL);
    emulator.uploadImage(place, BULLET_IMAGE, BULLET, "BULLET_POINT");
    emulator.uploadMessage(place, WITH_IMAGE, withImage(FULL_IMAGE));
    emulator.uploadMessage(place, PENDING, TEXT);
  }
  emulator.reviewMessage(PRODUCTION, WITH_IMAGE, "APPROVED");
  keepBusy();
});
afterEach(() => {
  emulator.faults.clear();
});
afterAll(async () => {
  never.abort();
  await emulator.close();
});

function keepBusy(): void {
  const world = emulator.world.get("busy")?.environments.sandbox;
  const [message] = emulator.messages(BUSY);
  const [image] = emulator.images(SANDBOX);
  if (world === undefined || message === undefined || image === undefined) return;
  for (let count = 0; world.messages.size < 2000; count += 1) {
    world.messages.set(String(count), message);
  }
  for (let count = 0; world.images.size < 2000; count += 1) world.images.set(String(count), image);
  emulator.configureRealtimeUrl(BUSY, URL_BODY.realtimeURL);
  emulator.startPerformanceTest({ app: "busy", ...ABOUT });
}

type Case = readonly [
  errorCode: number,
  what: string,
  request: string,
  body?: unknown,
  place?: AppEnvironment,
];

const CASES: readonly Case[] = [
  [4000000, "JSON cut off", `PUT /message/${NEW}`, "{"],
  [4000000, "no JSON at all", `PUT ${DEFAULT}`],
  [4000000, "JSON that is no UTF-8", `PUT ${DEFAULT}`, new Uint8Array([0x22, 0xff, 0x22])],
  [4000000, "a message without a body", `PUT /message/${NEW}`, { header: "h" }],
  [4000000, "an identifier in capitals", `PUT /message/${NEW.toUpperCase()}`, TEXT],
  [4000000, "an image named by a word", "PUT /image/logo", FULL],
  [4000000, "a default of nothing", `PUT ${DEFAULT}`, {}],
  [4000000, "a default by a number", `PUT ${DEFAULT}`, { messageIdentifier: 1 }],
  [4000006, "no such transaction", "POST /performanceTest", { originalTransactionId: "1" }],
  [4000006, "no transaction at all", "POST /performanceTest", { originalTransactionId: "" }],
  [4000023, "another's product", `PUT /default/none/en-US`, { messageIdentifier: MESSAGE.plain }],
  [4000023, "another's product", "GET /default/none/en-US"],
  [4000023, "another's product", "DELETE /default/none/en-US"],
  [
    4000048,
    "the app's transaction",
    "POST /performanceTest",
    { originalTransactionId: SUBSCRIBER.appTransaction },
  ],
  [4000161, "no PNG", `PUT /image/${NEW}`, "x"],
  [4000161, "no bytes", `PUT /image/${NEW}`],
  [4000161, "other dimensions", `PUT /image/${NEW}?imageSize=BULLET_POINT`, FULL],
  [4000162, "67 characters", `PUT /message/${NEW}`, { ...TEXT, header: "h".repeat(67) }],
  [4000163, "145 characters", `PUT /message/${NEW}`, { ...TEXT, body: "b".repeat(145) }],
  [4000164, "an underscore", "GET /default/basic.monthly/en_US"],
  [4000164, "a locale that is encoded", "DELETE /default/basic.monthly/en%2FUS"],
  [4000175, "151 characters", `PUT /message/${NEW}`, withImage(FULL_IMAGE, "a".repeat(151))],
  [
    4000185,
    "Family Sharing",
    "POST /performanceTest",
    { originalTransactionId: SUBSCRIBER.family },
  ],
  [4000187, "a renewal", "POST /performanceTest", { originalTransactionId: SUBSCRIBER.renewal }],
  [4000211, "nothing to test with", "POST /performanceTest", {}],
  [4000211, "a number", "POST /performanceTest", { originalTransactionId: 2000000000000001 }],
  [4000211, "no URL configured", "POST /performanceTest", ABOUT],
  [4000212, "no UUID", "GET /performanceTest/result/1"],
  [4000213, "one under way", "POST /performanceTest", ABOUT, BUSY],
  [4000215, "http", "PUT /realtime/url", { realtimeURL: "http://retention.example.com/" }],
  [4000215, "no URL", "PUT /realtime/url", {}],
  [4000215, "257 characters", "PUT /realtime/url", { realtimeURL: `https://a/${"x".repeat(247)}` }],
  [4000216, "an unknown size", `PUT /image/${NEW}?imageSize=HUGE`, FULL],
  [4000216, "an empty size", `PUT /image/${NEW}?imageSize=`, FULL],
  [4000216, "a bullet's image", `PUT /message/${NEW}`, withImage(BULLET_IMAGE)],
  [4000218, "more than were set", `PUT /message/${NEW}`, withBullets(3)],
  [4000219, "67 characters", `PUT /message/${NEW}`, withBullets(1, "t".repeat(67))],
  [4000224, "no image", `PUT /message/${NEW}`, { ...TEXT, headerPosition: "ABOVE_IMAGE" }],
  [4009999, "an emoji", `PUT /message/${NEW}`, { ...TEXT, body: "Stay 🧘" }],
  [4030014, "2000 images", `PUT /image/${NEW}`, FULL, BUSY],
  [4030016, "2000 messages", `PUT /message/${NEW}`, TEXT, BUSY],
  [4030017, "not reviewed", `PUT ${DEFAULT}`, { messageIdentifier: PENDING }, PRODUCTION],
  [4030018, "image not reviewed", `PUT ${DEFAULT}`, { messageIdentifier: WITH_IMAGE }, PRODUCTION],
  [4030019, "in a message", `DELETE /image/${FULL_IMAGE}`],
  [4030026, "no test passed", "PUT /realtime/url", URL_BODY, PRODUCTION],
  [4040014, "deleting", `DELETE /image/${NEW}`],
  [4040014, "referring to it", `PUT /message/${NEW}`, withImage(NEW)],
  [4040015, "deleting", `DELETE /message/${NEW}`],
  [4040015, "as a default", `PUT ${DEFAULT}`, { messageIdentifier: NEW }],
  [4040018, "a UUID of nothing", `GET /performanceTest/result/${NEW}`],
  [4040020, "no default", "GET /default/basic.monthly/fr-FR"],
  [4040021, "no URL", "GET /realtime/url"],
  [4090000, "the same again", `PUT /image/${FULL_IMAGE}`, FULL],
  [4090001, "the same again", `PUT /message/${MESSAGE.plain}`, TEXT],
];

describe("the Retention Messaging API over HTTP", () => {
  test.each(
    CASES.map(([errorCode, what, request, body, place = SANDBOX]) => ({
      errorCode,
      what,
      request,
      body,
      place,
    })),
  )("answers $errorCode to $what: $request", async ({ errorCode, request, body, place }) => {
    const answer = await callStorekit(emulator, place, request, { body });
    expect(answer.status).toBe(Number(String(errorCode).slice(0, 3)));
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(answer.text)).toEqual({ errorCode, errorMessage: anyText });
  });

  test.each([4290000, 5000000, 5000001, 4000008])("answers %i on demand", async (errorCode) => {
    emulator.faults.set([{ kind: "error", errorCode }]);
    const answer = await callStorekit(emulator, SANDBOX, "GET /message/list");
    expect(answer.status).toBe(Number(String(errorCode).slice(0, 3)));
    expect(JSON.parse(answer.text)).toEqual({ errorCode, errorMessage: anyText });
  });

  test("has each of the documented errors among these", () => {
    const shown = new Set(CASES.map(([errorCode]) => errorCode));
    expect(DOCUMENTED.filter((errorCode) => !shown.has(errorCode))).toEqual([]);
  });

  test.each([
    ["another version", "GET /../../v2/messaging/message/list", 404],
    ["no operation", "GET /nothing", 404],
    ["another method", "POST /message/list", 405],
    ["another method", `GET /message/${NEW}`, 405],
  ])("answers without a body at %s: %s", async (_what, request, status) => {
    const answer = await callStorekit(emulator, SANDBOX, request);
    expect(answer).toMatchObject({ status, text: "" });
  });

  test.each([
    ["POST /performanceTest", ABOUT],
    [`GET /performanceTest/result/${NEW}`, undefined],
  ])("has no %s in production", async (request, body) => {
    const answer = await callStorekit(emulator, PRODUCTION, request, { body });
    expect(answer).toMatchObject({ status: 404, text: "" });
  });

  test("decodes the segments of an address", async () => {
    const request = "GET /default/basic%2Emonthly/en%2DUS";
    expect(await callStorekit(emulator, SANDBOX, request)).toMatchObject({
      status: 200,
      text: JSON.stringify({ messageIdentifier: MESSAGE.byDefault }),
    });
  });

  test("answers 413 without a body to JSON of more than a mebibyte", async () => {
    const body = { ...TEXT, body: "b".repeat(1024 * 1024) };
    const answer = await callStorekit(emulator, SANDBOX, `PUT /message/${NEW}`, { body });
    expect(answer).toMatchObject({ status: 413, text: "" });
  });
});

describe("an app without access", () => {
  test("is one whose definition says so", async () => {
    const apps = [{ ...TEST_APP, retentionMessagingAccess: false }];
    const other = await startEmulator({ port: 0, apps });
    const answer = await callStorekit(other, SANDBOX, "DELETE /realtime/url");
    expect(answer).toMatchObject({ status: 404, text: "" });
    await other.close();
  });

  test.each([
    ["PUT /realtime/url", URL_BODY, SANDBOX],
    ["DELETE /realtime/url", undefined, PRODUCTION],
    ["POST /performanceTest", ABOUT, SANDBOX],
  ])("is answered 404 without a body to %s", async (request, body, place) => {
    emulator.setRetentionMessagingAccess("test", false);
    expect(await callStorekit(emulator, place, request, { body })).toMatchObject({
      status: 404,
      text: "",
    });
    // What the documentation says nothing of goes on.
    expect(await callStorekit(emulator, place, "GET /message/list")).toMatchObject({ status: 200 });
    emulator.setRetentionMessagingAccess("test", true);
  });
});
