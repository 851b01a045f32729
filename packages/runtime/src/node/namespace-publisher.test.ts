import { generateKeyPairSync } from "node:crypto";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { openLiveValue, openStopList } from "../publications/open-live-value.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { compileTestFlow } from "../testing/test-flow.ts";
import { createTestPublication } from "../testing/test-publication.ts";
import type { TestPublication } from "../testing/test-publication.ts";
import { TEST_NOW } from "../testing/test-runtime.ts";
import { liveKey, stopListKey } from "../wire/kv-layout.ts";
import type { KvNamespaceClient } from "../workers-publishing/kv-namespace-client.ts";
import { openNamespacePublisher } from "./namespace-publisher.ts";
import type { NamespacePublisher, NamespacePublisherOptions } from "./namespace-publisher.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { importPublisherKeys } from "./publisher-keys.ts";
import type { PublisherKeys } from "./publisher-keys.ts";

const PLACE = { app: "test", environment: "sandbox" } as const;
const SECRET = new Uint8Array(32).fill(2);
const PUBLICATION = {
  app: "test",
  snapshot: compileTestFlow(),
  pseudonymKey: new Uint8Array(32).fill(1),
  publishedAt: TEST_NOW,
};

let app: TestPublication;
let keys: PublisherKeys;
let config: AppConfig;
beforeAll(async () => {
  app = await createTestPublication();
  keys = await makeKeys();
  config = { ...app.config, publishers: [keys.publicKey] };
});

function makeKeys(): Promise<PublisherKeys> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return importPublisherKeys(privateKey.export({ format: "pem", type: "pkcs8" }), "test");
}

/** A namespace that is one map. */
function createMap(): Pick<KvNamespaceClient, "put" | "read"> & {
  readonly map: Map<string, string>;
} {
  const map = new Map<string, string>();
  return {
    map,
    async put(pairs) {
      for (const { key, value } of pairs) map.set(key, value);
    },
    read: async (key) => map.get(key),
  };
}

function open(
  namespace: NamespacePublisherOptions["namespace"],
  options: Partial<NamespacePublisherOptions> = {},
): Promise<NamespacePublisher> {
  return openNamespacePublisher({ keys, runtimeSecret: SECRET, namespace, ...options });
}

describe("publish()", () => {
  test("writes what a runtime with its public key and secret opens", async () => {
    const namespace = createMap();
    const publisher = await open(namespace);
    const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
    const signingKey = { keyId, issuerId, privateKey };
    const record = await publisher.publish({ ...PUBLICATION, signingKey });
    const value: unknown = JSON.parse(namespace.map.get(liveKey(PLACE)) ?? "");
    const runtimeKeys = await deriveRuntimeKeys(SECRET, nodeCryptography);
    const means = { runtimeKeys, cryptography: nodeCryptography };
    const { live, signingKeyProblem } = await openLiveValue(value, config, undefined, means);
    expect(signingKeyProblem).toBeUndefined();
    expect(live).toMatchObject({ label: record.label, keys: { signing: { keyId } } });
    expect(record.label).toMatch(/^test_sandbox_2026_11_21_\d{6}_\d{6}$/);
  });

  test("counts by time: the later one is higher, also where it did not see the earlier one", async () => {
    const first = await open(createMap(), { randomBelow: (limit) => limit - 1 });
    const second = await open(createMap(), { randomBelow: () => 0 });
    const before = await first.publish(PUBLICATION);
    const after = await second.publish({ ...PUBLICATION, publishedAt: TEST_NOW + 1 });
    expect(after.sequence).toBeGreaterThan(before.sequence);
  });

  test("takes another sequence and label than one at the same moment", async () => {
    const one = await (await open(createMap(), { randomBelow: () => 1 })).publish(PUBLICATION);
    const other = await (await open(createMap(), { randomBelow: () => 2 })).publish(PUBLICATION);
    expect(one.sequence).not.toBe(other.sequence);
    expect(one.label).not.toBe(other.label);
  });

  test("goes on above what is there when the clock is behind", async () => {
    const namespace = createMap();
    const publisher = await open(namespace);
    const before = await publisher.publish({ ...PUBLICATION, publishedAt: TEST_NOW + 60_000 });
    const after = await publisher.publish(PUBLICATION);
    expect(after.sequence).toBeGreaterThan(before.sequence);
  });

  test("refuses to write over what another key published, and leaves it there", async () => {
    const namespace = createMap();
    const foreign = await open(namespace, { keys: await makeKeys() });
    await foreign.publish(PUBLICATION);
    const there = namespace.map.get(liveKey(PLACE));
    const publisher = await open(namespace);
    await expect(publisher.publish(PUBLICATION)).rejects.toMatchObject({
      code: "PUBLISHER_FOREIGN",
    });
    expect(namespace.map.get(liveKey(PLACE))).toBe(there);
  });

  test.each([
    ["is damaged", "{"],
    ["is no live value", '{"format":"x"}'],
  ])("writes over what %s", async (_, there) => {
    const namespace = createMap();
    namespace.map.set(liveKey(PLACE), there);
    const { label } = await (await open(namespace)).publish(PUBLICATION);
    expect(label).toContain("test_sandbox");
    expect(namespace.map.get(liveKey(PLACE))).not.toBe(there);
  });
});

const same = <T>(content: T): T => content;

describe("changeStops()", () => {
  test("writes a list that runtimes take, and changes what was there", async () => {
    const namespace = createMap();
    const publisher = await open(namespace);
    const first = await publisher.changeStops(
      PLACE,
      (before) => ({ ...before, stoppedOffers: ["p/o"] }),
      TEST_NOW,
    );
    const second = await publisher.changeStops(
      PLACE,
      (before) => ({ ...before, appPaused: true }),
      TEST_NOW,
    );
    expect(second.sequence).toBeGreaterThan(first.sequence);
    const text = namespace.map.get(stopListKey(PLACE)) ?? "";
    expect(await openStopList(text, config, first.sequence)).toMatchObject({
      appPaused: true,
      offersPaused: false,
      stoppedOffers: ["p/o"],
      issuedAt: TEST_NOW,
    });
  });

  test("takes over nothing of a list that was moved here from another place", async () => {
    const namespace = createMap();
    const publisher = await open(namespace);
    const other = { app: "other", environment: "production" } as const;
    const stopped = { stoppedOffers: ["p/moved"], rejectedMessages: ["m"] };
    await publisher.changeStops(other, (before) => ({ ...before, ...stopped }), TEST_NOW);
    namespace.map.set(stopListKey(PLACE), namespace.map.get(stopListKey(other)) ?? "");
    const list = await publisher.changeStops(PLACE, same, TEST_NOW + 1);
    expect(list).toMatchObject({ ...PLACE, stoppedOffers: [], rejectedMessages: [] });
  });

  test("refuses another key's list", async () => {
    const namespace = createMap();
    await (await open(namespace, { keys: await makeKeys() })).changeStops(PLACE, same, TEST_NOW);
    const publisher = await open(namespace);
    await expect(publisher.changeStops(PLACE, same, TEST_NOW)).rejects.toMatchObject({
      code: "PUBLISHER_FOREIGN",
    });
  });
});
