import { startEmulator } from "@holdfast/emulator";
import type { EmulatorOptions, RunningEmulator } from "@holdfast/emulator";
import { PNG } from "pngjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import { createManualClock } from "../../http/testing/manual-clock.ts";
import { importInAppPurchaseKey } from "../../signatures/index.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createRetentionMessagingClient } from "./index.ts";
import type {
  ApiEnvironment,
  RetentionMessagingClient,
  RetentionMessagingClientOptions,
} from "./index.ts";

const APP = "yoga";
const IMAGE = "5c6a0f3e-2f0e-4d7a-9f0b-0d8f7c1a2b3c";
const MESSAGE = "0b9c1d2e-3f4a-4b5c-8d6e-7f8091a2b3c4";
const PUBLIC_URL = "https://retention.example.com/apple";
const TEXT = { header: "Stay with us", body: "The next two months cost half." };

async function startYoga(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const emulator = await startEmulator({ port: 0, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

async function clientOf(
  emulator: RunningEmulator,
  environment: ApiEnvironment,
  options: Partial<RetentionMessagingClientOptions> = {},
): Promise<RetentionMessagingClient> {
  const credentials = emulator.credentials(APP);
  const { keyId, issuerId, privateKey, bundleId } = credentials;
  return createRetentionMessagingClient({
    environment,
    key: await importInAppPurchaseKey({ keyId, issuerId, privateKey }),
    bundleId,
    baseUrl: environment === "sandbox" ? credentials.sandboxBaseUrl : credentials.productionBaseUrl,
    ...options,
  });
}

/** An opaque PNG as wide as Apple asks. */
function fullSizePng(): Uint8Array {
  const picture = new PNG({ width: 3840, height: 160 });
  picture.data.fill(0xff);
  return PNG.sync.write(picture, { colorType: 2 });
}

describe("createRetentionMessagingClient() against the local App Store", () => {
  test("uploads, lists, uses and deletes images and messages", async () => {
    const emulator = await startYoga();
    const client = await clientOf(emulator, "production");
    const image = { imageIdentifier: IMAGE, altText: "A mat" };
    expect(await client.uploadImage(IMAGE, fullSizePng())).toEqual({ confirmedBy: "answer" });
    expect(await client.uploadMessage(MESSAGE, { ...TEXT, image })).toEqual({
      confirmedBy: "answer",
    });
    expect((await client.getImageList()).imageIdentifiers).toContainEqual({
      imageIdentifier: IMAGE,
      imageState: "PENDING",
      imageSize: "FULL_SIZE",
    });
    expect((await client.getMessageList()).messageIdentifiers).toContainEqual({
      messageIdentifier: MESSAGE,
      messageState: "PENDING",
    });
    expect(await rejectionOf(client.deleteImage(IMAGE))).toMatchObject({
      errorName: "ImageInUseError",
    });
    await client.deleteMessage(MESSAGE);
    await client.deleteImage(IMAGE);
    expect(await rejectionOf(client.deleteImage(IMAGE))).toMatchObject({
      errorName: "ImageNotFoundError",
      effect: "none",
    });
  });

  test("configures, gets and deletes a default message", async () => {
    const emulator = await startYoga();
    const client = await clientOf(emulator, "sandbox");
    const place = { productId: emulator.credentials(APP).productId, locale: "pt-BR" };
    await client.uploadMessage(MESSAGE, TEXT);
    const configured = await client.configureDefaultMessage(place, MESSAGE);
    expect(await client.getDefaultMessage(place)).toEqual(configured);
    await client.deleteDefaultMessage(place);
    await client.deleteDefaultMessage(place);
    expect(await rejectionOf(client.getDefaultMessage(place))).toMatchObject({
      errorCode: 4040020,
    });
  });

  test("passes a performance test, and then configures the URL in production", async () => {
    const server = await startScriptedServer({ body: { message: { messageIdentifier: MESSAGE } } });
    const emulator = await startYoga({
      resolve: [{ from: PUBLIC_URL, to: server.baseUrl }],
      performanceTest: { totalRequests: 3, totalDuration: 0 },
    });
    const [sandbox, production] = await Promise.all([
      clientOf(emulator, "sandbox"),
      clientOf(emulator, "production"),
    ]);
    expect(await rejectionOf(production.configureRealtimeUrl(PUBLIC_URL))).toMatchObject({
      errorName: "ForbiddenNoPassingTestError",
    });
    await sandbox.uploadMessage(MESSAGE, TEXT);
    await sandbox.configureRealtimeUrl(PUBLIC_URL);
    const { originalTransactionId } = emulator.credentials(APP);
    const { requestId, config } = await sandbox.initiatePerformanceTest({ originalTransactionId });
    expect(config.totalRequests).toBe(3);
    await emulator.performanceTestFinished(APP, requestId);
    expect(await sandbox.getPerformanceTestResults(requestId)).toMatchObject({
      target: PUBLIC_URL,
      result: "PASS",
    });
    const configured = await production.configureRealtimeUrl(PUBLIC_URL);
    expect(await production.getRealtimeUrl()).toEqual(configured);
    await production.deleteRealtimeUrl();
    expect(await rejectionOf(production.getRealtimeUrl())).toMatchObject({ errorCode: 4040021 });
  });

  test("says which key is wanted when the app is another one", async () => {
    const client = await clientOf(await startYoga(), "sandbox", { bundleId: "com.example.other" });
    expect(await rejectionOf(client.getMessageList())).toMatchObject({
      code: "APPLE_UNAUTHORIZED",
    });
  });

  test("waits as long as Apple says, and not longer than it may", async () => {
    const emulator = await startYoga();
    const clock = createManualClock(Date.now());
    const client = await clientOf(emulator, "sandbox", { clock });
    const limited = { kind: "error", errorCode: 4290000, times: 1 } as const;
    emulator.faults.set([{ ...limited, retryInMs: 30_000 }]);
    await client.getMessageList();
    expect(clock.sleeps).toHaveLength(1);
    emulator.faults.set([{ ...limited, retryInMs: 3_600_000 }]);
    expect(await rejectionOf(client.getMessageList())).toMatchObject({
      code: "APPLE_RATE_LIMITED",
    });
    expect(clock.sleeps).toHaveLength(1);
  });

  test.each(["beforeEffect", "afterEffect"] as const)(
    "uploads and deletes although the connection ends: %s",
    async (when) => {
      const emulator = await startYoga();
      const clock = createManualClock(Date.now());
      const client = await clientOf(emulator, "sandbox", { clock });
      const fault = { kind: "drop", times: 1, when } as const;
      emulator.faults.set([
        { ...fault, operation: "uploadMessage" },
        { ...fault, operation: "deleteMessage" },
      ]);
      expect(await client.uploadMessage(MESSAGE, TEXT)).toEqual({
        confirmedBy: when === "afterEffect" ? "list" : "answer",
      });
      await client.deleteMessage(MESSAGE);
      const { messageIdentifiers = [] } = await client.getMessageList();
      expect(messageIdentifiers.map((item) => item.messageIdentifier)).not.toContain(MESSAGE);
    },
  );
});
