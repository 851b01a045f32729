import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { openLiveValue } from "../publications/open-live-value.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { compileTestFlow } from "../testing/test-flow.ts";
import { TEST_NOW } from "../testing/test-runtime.ts";
import { openLocalPublisher } from "./local-publisher.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { readRuntimeConfig } from "./runtime-config.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

const PUBLICATION = { app: "test", snapshot: compileTestFlow(), publishedAt: TEST_NOW };
const LIVE_FILE = "publications/test.sandbox.live.json";

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode % 0o1000).toString(8);
}

describe("openLocalPublisher()", () => {
  test("publishes what a runtime with its public key and secret opens", async () => {
    const directory = await temporaryDirectory();
    const publisher = await openLocalPublisher(directory, {});
    const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
    const signingKey = { keyId, issuerId, privateKey };
    const record = await publisher.publish({ ...PUBLICATION, signingKey });
    const value: unknown = JSON.parse(await readFile(join(directory, LIVE_FILE), "utf8"));
    const environments = { sandbox: {} };
    const { apps } = await readRuntimeConfig(
      { apps: { test: { bundleId: "com.example.test", appAppleId: 1, environments } } },
      { directory, localPublisherKeyPem: publisher.publicKeyPem },
    );
    const [config] = apps;
    if (config === undefined) throw new Error("expected one app");
    const secret = await loadRuntimeSecret(directory, {});
    const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
    const means = { runtimeKeys, cryptography: nodeCryptography };
    const { live, signingKeyProblem } = await openLiveValue(value, config, undefined, means);
    expect(signingKeyProblem).toBeUndefined();
    expect(live).toMatchObject({ label: record.label, keys: { signing: { keyId } } });
    expect(live.snapshotHash).toBe(record.snapshot);
  });

  test("counts up, and names what it publishes by app, environment, day and sequence", async () => {
    const directory = await temporaryDirectory();
    const publisher = await openLocalPublisher(directory, {});
    const first = await publisher.publish(PUBLICATION);
    expect(first).toMatchObject({ sequence: 1, label: "test_sandbox_2026_11_21_1" });
    const again = await openLocalPublisher(directory, {});
    const second = await again.publish(PUBLICATION);
    expect(second).toMatchObject({ sequence: 2, label: "test_sandbox_2026_11_21_2" });
    const other = await again.publish({ ...PUBLICATION, app: "other" });
    expect(other.sequence).toBe(1);
  });

  test("makes its keys once, readable by their owner only", async () => {
    const directory = await temporaryDirectory();
    const one = await openLocalPublisher(directory, {});
    await one.publish(PUBLICATION);
    const other = await openLocalPublisher(directory, {});
    expect(other.publicKeyPem).toBe(one.publicKeyPem);
    expect(await other.pseudonymOf("test", "1")).toBe(await one.pseudonymOf("test", "1"));
    expect(await other.pseudonymOf("test", "1")).not.toBe(await one.pseudonymOf("other", "1"));
    const keys = join(directory, "publisher");
    expect((await readdir(keys)).toSorted()).toEqual([
      "key.pem",
      "other.pseudonym-key",
      "test.pseudonym-key",
    ]);
    expect(await modeOf(keys)).toBe("700");
    for (const name of await readdir(keys)) expect(await modeOf(join(keys, name))).toBe("600");
    expect(await modeOf(join(directory, LIVE_FILE))).toBe("600");
  });

  test("shares keys between publishers that start at once", async () => {
    const directory = await temporaryDirectory();
    const publishers = await Promise.all(
      Array.from({ length: 6 }, () => openLocalPublisher(directory, {})),
    );
    expect(new Set(publishers.map(({ publicKeyPem }) => publicKeyPem)).size).toBe(1);
    const pseudonyms = await Promise.all(
      publishers.map((publisher) => publisher.pseudonymOf("test", "1")),
    );
    expect(new Set(pseudonyms).size).toBe(1);
    const files = await readdir(join(directory, "publisher"));
    expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test.each([
    ["damaged", "{"],
    ["another publisher's", '{"format":"holdfast.live/1"}'],
  ])("starts a new count over a live file that is %s", async (_, content) => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "publications"));
    await writeFile(join(directory, LIVE_FILE), content);
    const publisher = await openLocalPublisher(directory, {});
    expect((await publisher.publish(PUBLICATION)).sequence).toBe(1);
  });

  test("goes on from what the runtime here last accepted when the live file is gone", async () => {
    const directory = await temporaryDirectory();
    const publisher = await openLocalPublisher(directory, {});
    await publisher.publish(PUBLICATION);
    await publisher.publish(PUBLICATION);
    await mkdir(join(directory, "last-good"));
    await rename(join(directory, LIVE_FILE), join(directory, "last-good/test.sandbox.live.json"));
    expect((await publisher.publish(PUBLICATION)).sequence).toBe(3);
  });

  test("publishes nothing under a pseudonym key that is damaged", async () => {
    const directory = await temporaryDirectory();
    const publisher = await openLocalPublisher(directory, {});
    await writeFile(join(directory, "publisher", "test.pseudonym-key"), "AAAA\n", { mode: 0o600 });
    await expect(publisher.publish(PUBLICATION)).rejects.toMatchObject({
      code: "PSEUDONYM_KEY_INVALID",
    });
    await expect(stat(join(directory, LIVE_FILE))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
