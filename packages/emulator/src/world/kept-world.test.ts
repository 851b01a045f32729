import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { makePng } from "../testing/make-png.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { MESSAGE, TEST_APP } from "../testing/test-app.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const NEW = "00000000-0000-4000-8000-0000000000aa";
const IMAGE = "00000000-0000-4000-9000-0000000000aa";
const FROM_CONNECT = {
  referenceName: "Connect",
  state: "PENDING",
  localizations: { ja: { header: "h", body: "b" } },
} as const;

describe("createEmulator() with a directory", () => {
  test("finds everything as it was left", async () => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, apps: [TEST_APP] };
    const first = await createEmulator(options);
    first.uploadImage(SANDBOX, IMAGE, makePng({ width: 3840, height: 160 }));
    const image = { imageIdentifier: IMAGE, altText: "a" };
    first.uploadMessage(SANDBOX, NEW, { header: "h", body: "b", image });
    first.uploadMessage(PRODUCTION, NEW, { header: "h", body: "b" });
    first.reviewMessage(PRODUCTION, NEW, "REJECTED");
    first.configureDefault(SANDBOX, {
      productId: "basic.yearly",
      locale: "ja",
      messageIdentifier: NEW,
    });
    first.deleteMessage(PRODUCTION, MESSAGE.plain);
    first.configureRealtimeUrl(SANDBOX, "https://sandbox.example/");
    first.grantPerformanceTestPass("test");
    first.setRetentionMessagingAccess("test", false);
    first.setAppStoreConnectMessage(SANDBOX, "basic.monthly", FROM_CONNECT);
    await first.close();
    const second = await createEmulator(options);
    expect(second.rootCertificatePem).toBe(first.rootCertificatePem);
    expect(second.credentials("test")).toEqual(first.credentials("test"));
    for (const place of [SANDBOX, PRODUCTION]) {
      expect(second.messages(place)).toEqual(first.messages(place));
      expect(second.images(place)).toEqual(first.images(place));
      expect(second.defaults(place)).toEqual(first.defaults(place));
    }
    expect(second.messages(PRODUCTION).map(({ state }) => state)).toEqual(["APPROVED", "REJECTED"]);
    expect(second.getRealtimeUrl(SANDBOX)).toBe("https://sandbox.example/");
    second.configureRealtimeUrl(PRODUCTION, "https://production.example/");
    expect(second.world.get("test")?.hasRetentionMessagingAccess).toBe(false);
    const kept = second.world.get("test")?.environments.sandbox.appStoreConnectMessages;
    expect(kept?.get("basic.monthly")).toEqual(FROM_CONNECT);
  });

  test("keeps files for their owner alone, keys in files of their own", async () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "emulator");
    const emulator = await createEmulator({ directory: path, apps: [TEST_APP] });
    emulator.grantPerformanceTestPass("test");
    const { privateKeyPath = "", privateKey } = emulator.credentials("test");
    expect(privateKeyPath).toBe(join(path, "keys", "test", "SubscriptionKey_TESTKEY001.p8"));
    expect(readFileSync(privateKeyPath, "utf8")).toBe(privateKey);
    const world = readFileSync(join(path, "world.json"), "utf8");
    expect(world).not.toContain("PRIVATE KEY");
    expect(readdirSync(path).toSorted()).toEqual([
      "ca",
      "emulator.pid",
      "keys",
      "notifications.jsonl",
      "subscriptions.jsonl",
      "world.json",
    ]);
    const { connectPrivateKeyPath = "", connectPrivateKey } = emulator.credentials("test");
    expect(readFileSync(connectPrivateKeyPath, "utf8")).toBe(connectPrivateKey);
    expect(connectPrivateKey).not.toBe(privateKey);
    const jsonl = ["notifications.jsonl", "subscriptions.jsonl"].map((name) => join(path, name));
    for (const file of [
      join(path, "emulator.pid"),
      privateKeyPath,
      connectPrivateKeyPath,
      join(path, "world.json"),
      ...jsonl,
    ]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    for (const folder of [path, join(path, "ca"), join(path, "keys"), join(path, "keys", "test")]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  test("keeps what other apps have, which are not in this world", async () => {
    using directory = makeTemporaryDirectory();
    const at = { directory: directory.path };
    const other = { ...TEST_APP, id: "other", bundleId: "com.example.other", appAppleId: 1 };
    const first = await createEmulator({ ...at, apps: [TEST_APP] });
    first.configureRealtimeUrl(SANDBOX, "https://sandbox.example/");
    await first.close();
    const second = await createEmulator({ ...at, apps: [other] });
    second.configureRealtimeUrl({ ...SANDBOX, app: "other" }, "https://other.example/");
    await second.close();
    const both = await createEmulator({ ...at, apps: [TEST_APP, other] });
    expect(both.getRealtimeUrl(SANDBOX)).toBe("https://sandbox.example/");
    expect(both.getRealtimeUrl({ ...SANDBOX, app: "other" })).toBe("https://other.example/");
  });

  test("throws DIRECTORY_IN_USE until the one that has it is closed", async () => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, apps: [TEST_APP] };
    const first = await createEmulator(options);
    const inUse = { code: "DIRECTORY_IN_USE" };
    await expect(createEmulator(options)).rejects.toMatchObject(inUse);
    // Nor has the refused one taken the lock away.
    await expect(createEmulator(options)).rejects.toMatchObject(inUse);
    await first.close();
    const second = await createEmulator(options);
    await first.close();
    await expect(createEmulator(options)).rejects.toMatchObject(inUse);
    await second.close();
  });

  test("gives the directory up when it cannot be made, and writes nothing after close()", async () => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, apps: [TEST_APP] };
    await expect(createEmulator({ ...options, rateLimits: { scale: 0 } })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
    const emulator = await createEmulator(options);
    await emulator.close();
    expect(() => emulator.grantPerformanceTestPass("test")).toThrow(
      expect.objectContaining({ code: "CLOSED" }),
    );
    const response = await emulator.fetch(new Request("http://127.0.0.1:8788/healthz"));
    expect(response.status).toBe(503);
    expect(readdirSync(directory.path)).not.toContain("world.json");
  });

  test.each([
    ["rubbish", "{"],
    ["another version", '{"version":2,"apps":{}}'],
    ["another shape", '{"version":1,"apps":{"test":{"sandbox":{}}}}'],
  ])("throws STATE_UNREADABLE for a world of %s", async (_what, text) => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, apps: [TEST_APP] };
    await (await createEmulator(options)).close();
    writeFileSync(join(directory.path, "world.json"), text);
    await expect(createEmulator(options)).rejects.toMatchObject({ code: "STATE_UNREADABLE" });
  });

  test("throws STATE_UNREADABLE for a key that is none", async () => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, apps: [TEST_APP] };
    const emulator = await createEmulator(options);
    const { privateKeyPath = "" } = emulator.credentials("test");
    await emulator.close();
    writeFileSync(privateKeyPath, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    await expect(createEmulator(options)).rejects.toMatchObject({ code: "STATE_UNREADABLE" });
  });
});

describe("createEmulator()", () => {
  test.each([
    ["an id that is no name", [{ ...TEST_APP, id: "../test" }]],
    ["no key", [{ ...TEST_APP, keyIds: [] }]],
    ["the same id twice", [TEST_APP, TEST_APP]],
    ["the same bundle twice", [TEST_APP, { ...TEST_APP, id: "b", appAppleId: 1 }]],
  ])("throws OPTIONS_INVALID for apps with %s", async (_what, apps) => {
    await expect(createEmulator({ apps })).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
  });

  test("throws OPTIONS_INVALID for a performance test that cannot be run", async () => {
    const performanceTest = { totalRequests: 0 };
    await expect(createEmulator({ performanceTest })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
    });
  });
});
