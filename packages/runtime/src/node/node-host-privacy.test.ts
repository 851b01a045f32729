import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { MESSAGE } from "../testing/test-flow.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { startTestHost } from "../testing/test-host.ts";
import type { TestHost } from "../testing/test-host.ts";
import { openSealedValue } from "../wire/sealed-value.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { decisionsPath } from "./decision-shipping/decision-segments.ts";
import { publicationsPath } from "./node-host.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

const CANARY_ID = "2000000987654321";
const CANARY_TOKEN = "canary-ops-token";

let host: TestHost;
beforeEach(async () => {
  host = await startTestHost({
    directory: await temporaryDirectory(),
    opsToken: CANARY_TOKEN,
    subscribers: { find: (key) => Promise.reject(new Error(`down for ${JSON.stringify(key)}`)) },
  });
  onTestFinished(() => host.close());
});

const PRODUCTS = [
  "p.plain",
  "p.switch",
  "p.offer",
  "p.offer.v1",
  "p.commerce",
  "p.defer",
  "p.state",
];

/** Every way a request can end here; returns what was sent, and the bodies of what was refused. */
async function driveEverything(): Promise<{ readonly sent: string[]; readonly refused: string[] }> {
  const originalTransactionId = CANARY_ID;
  const sent = PRODUCTS.map((productId) => host.body({ originalTransactionId, productId }));
  for (const body of sent) await (await host.post(body)).text();
  const stranger = await createTestAppStore();
  const signed = host.body({ originalTransactionId });
  const bad = [
    host.body({ originalTransactionId, appAppleId: 1 }),
    host.body({ originalTransactionId, environment: "Production" }),
    host.body({ originalTransactionId, signedDate: 1 }),
    host.body({ originalTransactionId, productId: null }),
    host.body({ originalTransactionId: 2_000_000_987_654_321 }),
    JSON.stringify({
      signedPayload: stranger.sign({ originalTransactionId }, { x5c: host.store.x5c }),
    }),
    signed.slice(0, -3),
    `${signed}${CANARY_ID}`,
    JSON.stringify({ signedPayload: CANARY_ID }),
    JSON.stringify({ [CANARY_ID]: CANARY_ID }),
    CANARY_ID,
  ];
  const refused: string[] = [];
  for (const body of bad) {
    const response = await host.post(body);
    expect(response.ok).toBe(false);
    refused.push(await response.text());
  }
  const [header, payload = ""] = signed.split(".");
  const tampered = await host.post(`${header}.${payload}.${"A".repeat(86)}"}`);
  refused.push(await tampered.text());
  await host.get(`/healthz?app=${CANARY_ID}&environment=${CANARY_ID}`);
  await host.get("/metrics", { authorization: `Bearer ${CANARY_TOKEN}x` });
  return { sent: [...sent, ...bad, signed], refused };
}

/** What must never be seen outside: ids, keys, secrets, tokens, signed data. */
async function canaries(sent: readonly string[]): Promise<readonly string[]> {
  const { directory, key } = host;
  const names = await readdir(join(directory, "publisher"));
  const files = [
    join(directory, "runtime-secret"),
    ...names.map((name) => join(directory, "publisher", name)),
  ];
  const secrets = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const lines = [...secrets, key.privateKey]
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.length >= 16 && !line.startsWith("-----"));
  const segments = sent
    .flatMap((body) => body.split(/["{}:.]/))
    .filter((segment) => segment.length > 60)
    .map((segment) => segment.slice(0, 60));
  const encodedId = Buffer.from(CANARY_ID).toString("base64").slice(0, -4);
  return [CANARY_ID, encodedId, CANARY_TOKEN, ...lines, ...segments];
}

/** Finds a canary in a text, and not only in that it is searched for wrongly. */
function found(text: string, all: readonly string[]): readonly string[] {
  return all.filter((canary) => text.includes(canary));
}

describe("startNodeHost() shows no id, key, token or payload", () => {
  test("in its log, metrics, refusals and decisions", async () => {
    const { sent, refused } = await driveEverything();
    const all = await canaries(sent);
    expect(all.length).toBeGreaterThan(20);
    expect(found(sent.join(""), all).length).toBeGreaterThan(0);
    const log = host.log.join("");
    expect(host.log.length).toBeGreaterThan(PRODUCTS.length);
    expect(found(log, all)).toEqual([]);
    const sealedIds = (await host.decisions()).map(({ subject }) => subject.sealedId);
    expect(found(log, sealedIds)).toEqual([]);
    expect(found(await host.metrics(), all)).toEqual([]);
    expect(found(refused.join(""), all)).toEqual([]);
    const decisions = await readFile(decisionsPath(host.directory), "utf8");
    expect(decisions.trimEnd().split("\n")).toHaveLength(PRODUCTS.length);
    expect(found(decisions, all)).toEqual([]);
  });

  test("in the log of publications that are refused", async () => {
    const file = join(publicationsPath(host.directory), "test.sandbox.live.json");
    const live = await readFile(file, "utf8");
    const value = JSON.parse(live) as Record<string, string>;
    const variants = [
      live.slice(0, -2),
      host.key.privateKey,
      JSON.stringify({ ...value, pseudonymKey: host.key.privateKey }),
      JSON.stringify({ ...value, publication: host.key.privateKey }),
      JSON.stringify({ ...value, signingKey: host.key.privateKey }),
    ];
    for (const variant of variants) {
      await writeFileAtomically(file, variant);
      await host.refresh();
    }
    const log = host.log.join("");
    expect(log).toContain("refused");
    expect(log).toContain("signingKeyUnusable");
    expect(found(log, await canaries([]))).toEqual([]);
    expect(
      found(
        log,
        Object.values(value).filter((text) => typeof text === "string"),
      ),
    ).toEqual([]);
  });
});

test("a decision's sealed id opens with the runtime secret, and nowhere else", async () => {
  await host.ask({ originalTransactionId: CANARY_ID });
  const [record] = await host.decisions();
  const secret = await loadRuntimeSecret(host.directory, {});
  const { decisionSeal, sealedValues } = await deriveRuntimeKeys(secret, nodeCryptography);
  const binding = { app: "test", environment: "sandbox", purpose: "decision" } as const;
  const sealed = record?.subject.sealedId ?? "";
  const { plaintext } = await openSealedValue(decisionSeal, sealed, binding);
  expect(new TextDecoder().decode(plaintext)).toBe(CANARY_ID);
  await expect(openSealedValue(sealedValues, sealed, binding)).rejects.toMatchObject({
    code: "WIRE_SEAL_BROKEN",
  });
  expect(record?.subject.pseudonym).toBe(await host.publisher.pseudonymOf("test", CANARY_ID));
});

test("the log has a line an answer, with what operators look for", async () => {
  await host.ask({ productId: "p.offer", requestIdentifier: "r-1", originalTransactionId: "1" });
  await host.ask({ appAppleId: 1 });
  const lines = host.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find((line) => line["requestIdentifier"] === "r-1")).toMatchObject({
    level: 30,
    msg: "answered",
    app: "test",
    environment: "sandbox",
    status: 200,
    latencyMs: expect.any(Number) as unknown,
    subject: await host.publisher.pseudonymOf("test", "1"),
    productId: "p.offer",
    source: "rule",
    rule: "offer",
    response: "promotionalOffer",
    message: "offer",
    locale: "en-US",
    offer: "OFFER",
    signing: "signed",
  });
  expect(lines.at(-1)).toMatchObject({
    msg: "refused",
    app: "test",
    environment: "sandbox",
    status: 403,
    code: "APP_MISMATCH",
  });
});

test("metrics hold everything that is documented, and no label that was made up", async () => {
  await driveEverything();
  await host.post(host.body(), { path: "/apple/retention/canary/sandbox" });
  const page = new URL("../../../../docs/operations.md", import.meta.url);
  // The control plane's own are held against a scrape of it.
  const names = (await readFile(page, "utf8")).match(/\bholdfast_(?!control_)[a-z_]+/g);
  const documented = new Set(names);
  const metrics = await host.metrics();
  const rendered = new Set(
    [...metrics.matchAll(/^# TYPE (holdfast_[a-z_]+) /gm)].map(([, name]) => name),
  );
  expect(documented.size).toBeGreaterThan(8);
  expect(rendered).toEqual(documented);
  const samples = metrics.split("\n").filter((line) => line.startsWith("holdfast_"));
  const sampled = [...documented].filter((name) => samples.some((line) => line.startsWith(name)));
  expect(new Set(sampled)).toEqual(documented);
  expect(new Set([...metrics.matchAll(/\bapp="([^"]*)"/g)].map(([, app]) => app))).toEqual(
    new Set(["test", ""]),
  );
  for (const expected of [
    /^holdfast_requests_total\{app="test",environment="sandbox",outcome="answered",code=""\} 6$/m,
    /^holdfast_requests_total\{app="test",environment="sandbox",outcome="deferred",code=""\} 1$/m,
    /^holdfast_offer_signatures_total\{result="signed"\} 3$/m,
    /^holdfast_subscriber_lookups_total\{ending="notNeeded"\} 6$/m,
    /^holdfast_publication_sequence\{app="test",environment="sandbox"\} 1$/m,
    /^holdfast_publication_problem\{app="test",environment="sandbox"\} 0$/m,
    /^holdfast_decisions_dropped 0$/m,
  ]) {
    expect(metrics).toMatch(expected);
  }
});

test("a signing key that cannot be used shows in the log and the metrics", async () => {
  const own = await startTestHost({ directory: await temporaryDirectory() });
  onTestFinished(() => own.close());
  const file = join(publicationsPath(own.directory), "test.sandbox.live.json");
  const value = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFileAtomically(file, JSON.stringify({ ...value, signingKey: "1.K.AAAA" }));
  await own.refresh();
  const response = await own.ask({ productId: "p.offer" });
  expect(await response.json()).toEqual({ message: { messageIdentifier: MESSAGE.own } });
  expect(own.log.join("")).toContain("signingKeyUnusable");
  expect(await own.metrics()).toContain('holdfast_offer_signatures_total{result="failed"} 1');
});
