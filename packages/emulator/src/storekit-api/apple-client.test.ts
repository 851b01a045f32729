import {
  APIError,
  APIException,
  type AppStoreServerAPIClient,
  HeaderPosition,
  ImageSize,
  type UploadMessageRequestBody,
} from "@apple/app-store-server-library";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import {
  answerJson,
  type AnsweringServer,
  startAnsweringServer,
} from "../testing/answering-server.ts";
import { createAppleClient } from "../testing/apple-client.ts";
import { catchError } from "../testing/catch-error.ts";
import { makePng } from "../testing/make-png.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const NEW = "00000000-0000-4000-8000-0000000000aa";
const IMAGE = "00000000-0000-4000-9000-0000000000aa";
const PUBLIC_URL = "https://retention.example.com/";
const PNG = Buffer.from(makePng({ width: 3840, height: 160 }));
const TEXT = { header: "Stay", body: "Please stay." };
const BULLET = { imageIdentifier: IMAGE, altText: "a", text: "t" };

let server: AnsweringServer;
let emulator: RunningEmulator;
let sandbox: AppStoreServerAPIClient;
let production: AppStoreServerAPIClient;
beforeAll(async () => {
  server = await startAnsweringServer(
    answerJson({ message: { messageIdentifier: MESSAGE.plain } }),
  );
  emulator = await startEmulator({
    port: 0,
    apps: [TEST_APP],
    maxBulletPoints: 1,
    resolve: [{ from: PUBLIC_URL, to: server.url }],
    performanceTest: { totalRequests: 3, totalDuration: 0 },
  });
  sandbox = createAppleClient(emulator, SANDBOX);
  production = createAppleClient(emulator, PRODUCTION);
});
afterAll(async () => {
  await emulator.close();
  await server[Symbol.asyncDispose]();
});

describe("Apple's library, pointed at the emulator", () => {
  test("uploads, lists and deletes images", async () => {
    await sandbox.uploadImage(IMAGE, PNG);
    expect((await sandbox.getImageList()).imageIdentifiers).toContainEqual({
      imageIdentifier: IMAGE,
      imageState: "APPROVED",
      imageSize: "FULL_SIZE",
    });
    await sandbox.deleteImage(IMAGE);
    expect((await sandbox.getImageList()).imageIdentifiers).toEqual([]);
  });

  test("uploads, lists and deletes messages", async () => {
    await production.uploadMessage(NEW, TEXT);
    expect((await production.getMessageList()).messageIdentifiers).toContainEqual({
      messageIdentifier: NEW,
      messageState: "PENDING",
    });
    await production.deleteMessage(NEW);
    const left = (await production.getMessageList()).messageIdentifiers ?? [];
    expect(left.map(({ messageIdentifier }) => messageIdentifier)).not.toContain(NEW);
  });

  test("configures, gets and deletes a default message", async () => {
    const place = ["basic.yearly", "pt-BR"] as const;
    await sandbox.configureDefaultMessage(...place, { messageIdentifier: MESSAGE.plain });
    await sandbox.configureDefaultMessage(...place, { messageIdentifier: MESSAGE.byDefault });
    expect(await sandbox.getDefaultMessage(...place)).toEqual({
      messageIdentifier: MESSAGE.byDefault,
    });
    await sandbox.deleteDefaultMessage(...place);
    await sandbox.deleteDefaultMessage(...place);
    expect(await thrownBy(() => sandbox.getDefaultMessage(...place))).toMatchObject({
      apiError: APIError.DEFAULT_MESSAGE_NOT_FOUND,
    });
  });

  test("passes a performance test, and then configures the URL in production", async () => {
    const realtimeURL = `${PUBLIC_URL}test`;
    const refused = await thrownBy(() => production.configureRealtimeURL({ realtimeURL }));
    expect(refused).toMatchObject({
      httpStatusCode: 403,
      apiError: APIError.FORBIDDEN_NO_PASSING_TEST,
    });
    await sandbox.configureRealtimeURL({ realtimeURL });
    const started = await sandbox.initiatePerformanceTest({
      originalTransactionId: SUBSCRIBER.monthly,
    });
    expect(started.config).toMatchObject({ totalRequests: 3 });
    await emulator.performanceTestFinished("test", started.requestId);
    expect(await sandbox.getPerformanceTestResults(started.requestId)).toMatchObject({
      target: realtimeURL,
      result: "PASS",
      numPending: 0,
      successRate: 100,
      failures: {},
    });
    await production.configureRealtimeURL({ realtimeURL });
    expect(await production.getRealtimeURL()).toEqual({ realtimeURL });
    await production.deleteRealtimeURL();
    await sandbox.deleteRealtimeURL();
    expect(await thrownBy(() => sandbox.getRealtimeURL())).toMatchObject({
      apiError: APIError.REALTIME_URL_NOT_FOUND,
    });
  });

  test.each<[APIError, (client: AppStoreServerAPIClient) => Promise<unknown>]>([
    [APIError.INVALID_TRANSACTION_ID, testWith("1")],
    [APIError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR, testWith(SUBSCRIBER.appTransaction)],
    [APIError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR, testWith(SUBSCRIBER.family)],
    [APIError.TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR, testWith(SUBSCRIBER.renewal)],
    // No URL is configured.
    [APIError.INVALID_PERFORMANCE_TEST_REQUEST, testWith(SUBSCRIBER.monthly)],
    [APIError.INVALID_REQUEST_ID, (client) => client.getPerformanceTestResults("1")],
    [APIError.PERFORMANCE_TEST_RUN_NOT_FOUND, (client) => client.getPerformanceTestResults(NEW)],
    [APIError.INVALID_PRODUCT_ID, (client) => client.getDefaultMessage("none", "en-US")],
    [APIError.INVALID_LOCALE, (client) => client.getDefaultMessage("basic.monthly", "en_US")],
    [APIError.INVALID_IMAGE, (client) => client.uploadImage(IMAGE, Buffer.from("x"))],
    [APIError.HEADER_TOO_LONG, upload({ header: "h".repeat(67) })],
    [APIError.BODY_TOO_LONG, upload({ body: "b".repeat(145) })],
    [
      APIError.ALT_TEXT_TOO_LONG,
      upload({ image: { imageIdentifier: IMAGE, altText: "a".repeat(151) } }),
    ],
    [
      APIError.BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG,
      upload({ bulletPoints: [{ ...BULLET, text: "t".repeat(67) }] }),
    ],
    [APIError.BAD_REQUEST_TOO_MANY_BULLET_POINTS, upload({ bulletPoints: [BULLET, BULLET] })],
    [
      APIError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE,
      upload({ headerPosition: HeaderPosition.ABOVE_IMAGE }),
    ],
    [APIError.IMAGE_NOT_FOUND, upload({ image: { imageIdentifier: NEW, altText: "a" } })],
    [APIError.IMAGE_NOT_FOUND, (client) => client.deleteImage(NEW)],
    [APIError.MESSAGE_NOT_FOUND, (client) => client.deleteMessage(NEW)],
    [APIError.MESSAGE_ALREADY_EXISTS, (client) => client.uploadMessage(MESSAGE.plain, TEXT)],
    [
      APIError.BAD_REQUEST_REALTIME_URL,
      (client) => client.configureRealtimeURL({ realtimeURL: "http://a.example/" }),
    ],
  ])("throws %i with its status", async (apiError, act) => {
    expect(await thrownBy(() => act(sandbox))).toMatchObject({
      apiError,
      httpStatusCode: Math.floor(apiError / 10_000),
    });
  });

  test("throws what production refuses before review", async () => {
    const image = { imageIdentifier: IMAGE, altText: "a" };
    const setDefault = () =>
      production.configureDefaultMessage("basic.yearly", "ja", { messageIdentifier: NEW });
    await production.uploadImage(IMAGE, PNG, ImageSize.FULL_SIZE);
    await production.uploadMessage(NEW, { ...TEXT, image });
    expect(await thrownBy(setDefault)).toMatchObject({ apiError: APIError.MESSAGE_NOT_APPROVED });
    emulator.reviewMessage(PRODUCTION, NEW, "APPROVED");
    expect(await thrownBy(setDefault)).toMatchObject({ apiError: APIError.IMAGE_NOT_APPROVED });
    expect(await thrownBy(() => production.uploadImage(IMAGE, PNG))).toMatchObject({
      apiError: APIError.IMAGE_ALREADY_EXISTS,
    });
    expect(await thrownBy(() => production.deleteImage(IMAGE))).toMatchObject({
      apiError: APIError.IMAGE_IN_USE,
    });
    await production.deleteMessage(NEW);
    await production.deleteImage(IMAGE);
  });

  test.each([APIError.RATE_LIMIT_EXCEEDED, APIError.GENERAL_INTERNAL])(
    "throws %i on demand",
    async (errorCode) => {
      emulator.faults.set([{ kind: "error", errorCode, times: 1 }]);
      expect(await thrownBy(() => sandbox.getMessageList())).toMatchObject({ apiError: errorCode });
    },
  );

  test("throws only the status when the key is another's", async () => {
    await using other = await startOther();
    const stranger = createAppleClient(other.emulator, SANDBOX);
    Object.assign(stranger, { urlBase: emulator.credentials("test").sandboxBaseUrl });
    expect(await thrownBy(() => stranger.getMessageList())).toMatchObject({
      httpStatusCode: 401,
      apiError: null,
    });
  });

  test("throws only the status for a performance test in production", async () => {
    const about = { originalTransactionId: SUBSCRIBER.monthly };
    expect(await thrownBy(() => production.initiatePerformanceTest(about))).toMatchObject({
      httpStatusCode: 404,
      apiError: null,
    });
  });
});

function testWith(originalTransactionId: string) {
  return async (client: AppStoreServerAPIClient) =>
    client.initiatePerformanceTest({ originalTransactionId });
}

function upload(changes: Partial<UploadMessageRequestBody>) {
  return async (client: AppStoreServerAPIClient) =>
    client.uploadMessage(NEW, { ...TEXT, ...changes });
}

async function thrownBy(act: () => Promise<unknown>): Promise<APIException> {
  const error = await catchError(act);
  if (!(error instanceof APIException)) throw new TypeError("expected an APIException");
  return error;
}

/** An emulator with the same app, whose keys are other ones. */
async function startOther() {
  const other = await startEmulator({ port: 0, apps: [TEST_APP] });
  return { emulator: other, [Symbol.asyncDispose]: async () => other.close() };
}
