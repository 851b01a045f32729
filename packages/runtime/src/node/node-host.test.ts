import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import { createTrustStore } from "@holdfast/appstore/signed-data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAppKeys } from "../keys/app-keys.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import { MESSAGE } from "../testing/test-flow.ts";
import { startTestHost } from "../testing/test-host.ts";
import type { TestHost } from "../testing/test-host.ts";
import { createTestRuntime } from "../testing/test-runtime.ts";
import { parseLiveValue } from "../wire/live-value.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

// What every host answers, and how it refuses, is held in e2e/contract; here is what this one adds.
let directory = "";
let host: TestHost;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-host-"));
  host = await startTestHost({ directory });
});
afterAll(async () => {
  await host.close();
  await rm(directory, { recursive: true });
});

type Json = Record<string, Record<string, unknown>>;

const claimsOf = (jws: unknown): unknown =>
  JSON.parse(Buffer.from(String(jws).split(".")[1] ?? "", "base64url").toString());

describe("startNodeHost() answers", () => {
  test.each([
    ["a message", "p.plain", "message", MESSAGE.plain],
    ["an alternate product", "p.switch", "alternateProduct", MESSAGE.switch],
    ["a promotional offer", "p.offer", "promotionalOffer", MESSAGE.offer],
    ["a promotional offer in the older form", "p.offer.v1", "promotionalOffer", MESSAGE.offer],
    ["advanced commerce", "p.commerce", "advancedCommerceInfo", MESSAGE.commerce],
  ])("%s, and has recorded it by then", async (_, productId, kind, messageIdentifier) => {
    const requestIdentifier = randomUUID();
    const response = await host.ask({ productId, requestIdentifier });
    const recorded = (await host.decisions()).at(-1);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/json; charset=utf-8",
    ]);
    const body = (await response.json()) as Json;
    expect(Object.keys(body)).toEqual([kind]);
    expect(body[kind]).toMatchObject({ messageIdentifier });
    const delivered = { messageIdentifier };
    expect(recorded).toMatchObject({ requestIdentifier, delivered, host: "node" });
  });

  test("the same claims as a host on Web Crypto that was given the same", async () => {
    const file = join(directory, "publications", "test.sandbox.live.json");
    const { snapshot: _, ...sealed } = parseLiveValue(JSON.parse(await readFile(file, "utf8")));
    const secret = await loadRuntimeSecret(directory, {});
    const { keys } = await openAppKeys(
      sealed,
      { app: "test", environment: "sandbox" },
      await deriveRuntimeKeys(secret, webCryptography),
      webCryptography,
    );
    const signing = await importInAppPurchaseKey({ ...host.key, ecdsa: webCryptography });
    const trust = createTrustStore([host.store.rootDer]);
    const other = await createTestRuntime({ live: { trust, keys: { ...keys, signing } } });
    other.now = Date.now();
    const body = host.body({ productId: "p.offer" });
    const answers = [await host.post(body), await other.post(body)];
    const claims = [];
    for (const answer of answers) {
      const { promotionalOffer } = (await answer.json()) as Json;
      claims.push(claimsOf(promotionalOffer?.["promotionalOfferSignatureV2"]));
    }
    expect(claims[0]).toMatchObject({ aud: "promotional-offer", offerIdentifier: "OFFER" });
    expect(claims[0]).toEqual(claims[1]);
    const [recorded] = other.records;
    expect((await host.decisions()).at(-1)?.subject.pseudonym).toBe(recorded?.subject.pseudonym);
  });
});

/** Requests counted under a code. */
async function countOf(code: string): Promise<number> {
  const lines = (await host.metrics()).split("\n");
  return lines
    .filter((line) => line.startsWith("holdfast_requests_total{"))
    .filter((line) => line.includes(`code="${code}"`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

test.each([
  ["a body that is none", () => "signedPayload=a.b.c", "BODY_MALFORMED"],
  ["another app's request", () => host.body({ appAppleId: 1 }), "APP_MISMATCH"],
])("startNodeHost() counts %s and decides nothing", async (_, make, code) => {
  const [recorded, counted] = [(await host.decisions()).length, await countOf(code)];
  const response = await host.post(make());
  expect(await response.json()).toMatchObject({ code });
  expect(await host.decisions()).toHaveLength(recorded);
  expect(await countOf(code)).toBe(counted + 1);
});

test("startNodeHost() counts made-up apps under no app", async () => {
  await host.post(host.body(), { path: "/apple/retention/canary-app/sandbox" });
  await host.post(host.body(), { path: "/apple/retention/test/canary" });
  const metrics = await host.metrics();
  expect(metrics).not.toContain("canary");
  expect(metrics).toMatch(
    /holdfast_requests_total\{app="",environment="",outcome="refused",code="APP_UNKNOWN"\} \d+/,
  );
});
