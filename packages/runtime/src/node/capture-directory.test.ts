import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSignedDataVerifier, createTrustStore } from "@holdfast/appstore/signed-data";
import { prepareSnapshot } from "@holdfast/flow/snapshot";
import { describe, expect, onTestFinished, test } from "vitest";
import { webCryptography } from "../ports/web-cryptography.ts";
import type { AnsweredRequest } from "../ports/capture.ts";
import { parseFixture, simulate, takeCapturedRequest } from "../simulate/index.ts";
import type { Fixture } from "../simulate/index.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { compileTestFlow } from "../testing/test-flow.ts";
import { startTestHost } from "../testing/test-host.ts";
import type { TestHost } from "../testing/test-host.ts";
import { createTestRuntime, TEST_APPLE_ID, TEST_BUNDLE_ID } from "../testing/test-runtime.ts";
import { openCaptureDirectory } from "./capture-directory.ts";

const onWindows = process.platform === "win32";

/** Of the test app: one product for each kind of response. */
const PRODUCTS = ["p.offer", "p.offer.v1", "p.switch", "p.commerce", "p.defer", "p.state", "p.x"];

async function readFixtures(directory: string): Promise<readonly Fixture[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".fixture.json"));
  return Promise.all(
    names.map(async (name) =>
      parseFixture(JSON.parse(await readFile(join(directory, name), "utf8"))),
    ),
  );
}

async function startCapturing(captureSandbox: string): Promise<TestHost> {
  const state = {
    attributes: { storefront: "USA" },
    previousDecisions: { rules: {}, offers: {} },
  };
  const host = await startTestHost({
    directory: await temporaryDirectory(),
    captureSandbox,
    subscribers: { find: async () => state },
  });
  onTestFinished(() => host.close());
  return host;
}

/** Takes out of a body what is signed anew each time. */
function unsigned(body: unknown): unknown {
  if (body === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(body, (name, value: unknown) =>
      /signature|advancedCommerceData|keyId|nonce/i.test(name) && typeof value === "string"
        ? "signed"
        : value,
    ),
  );
}

test("a captured request is simulated to what the host answered over HTTP", async () => {
  const directory = join(await temporaryDirectory(), "captured");
  const host = await startCapturing(directory);
  const answers = new Map<string, { readonly status: number; readonly body: unknown }>();
  for (const productId of PRODUCTS) {
    const requestIdentifier = randomUUID();
    const response = await host.ask({ productId, requestIdentifier });
    const text = await response.text();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    answers.set(requestIdentifier, { status: response.status, body });
  }
  await expect.poll(() => readFixtures(directory)).toHaveLength(PRODUCTS.length);
  const fixtures = await readFixtures(directory);
  const decisions = await host.decisions();
  const verification = { verifier: createSignedDataVerifier() };
  const snapshot = prepareSnapshot(compileTestFlow());
  const trust = createTrustStore([host.store.rootDer]);
  for (const { signedPayload, subscriber, answer } of fixtures) {
    const target = { environment: "sandbox", appAppleId: TEST_APPLE_ID, trust } as const;
    const { request } = await takeCapturedRequest(signedPayload, target, verification);
    const simulated = await simulate(
      {
        app: "test",
        bundleId: TEST_BUNDLE_ID,
        environment: "sandbox",
        snapshot,
        request,
        subscriber: subscriber ?? { status: "notFound" },
      },
      webCryptography,
    );
    const { evaluation, delivered, status, body } = simulated;
    const http = answers.get(request.requestIdentifier);
    const decided = decisions.find(
      ({ requestIdentifier }) => requestIdentifier === request.requestIdentifier,
    );
    expect([status, unsigned(body)]).toEqual([http?.status, unsigned(http?.body)]);
    expect(evaluation.hashes).toEqual(decided?.hashes);
    expect([evaluation.source, evaluation.rule, evaluation.experiment, delivered]).toEqual([
      decided?.source,
      decided?.rule,
      decided?.experiment,
      decided?.delivered,
    ]);
    expect(answer).toMatchObject({
      status,
      source: evaluation.source,
      snapshot: decided?.snapshot,
    });
  }
});

describe("openCaptureDirectory()", () => {
  test("keeps files for their owner alone, says so, and nothing that was refused", async () => {
    const directory = join(await temporaryDirectory(), "captured");
    const host = await startCapturing(directory);
    const [good, forged] = [host.body({}), host.body({})];
    await host.post(forged.replace(/.{8}"\}$/, 'AAAAAAAA"}'));
    await host.post("{}");
    await host.post(good);
    await host.post(good);
    await expect.poll(() => readdir(directory)).toHaveLength(1);
    await host.close();
    const [name = ""] = await readdir(directory);
    expect(await readdir(directory)).toHaveLength(1);
    expect(host.log.join("")).toContain(
      "sandbox requests are captured, with their transaction ids",
    );
    expect(host.log.join("")).not.toContain("2000000123456789");
    if (onWindows) return;
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  test("keeps no request of production", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o700);
    const capture = await openCaptureDirectory(directory);
    const [sandbox] = await answered(1);
    if (sandbox === undefined) throw new Error("expected an answer");
    capture.keep({ ...sandbox, environment: "production" });
    const decision = { ...sandbox.decision, environment: "production" as const };
    capture.keep({ ...sandbox, decision });
    await capture.close();
    expect(await readdir(directory)).toEqual([]);
    capture.keep(sandbox);
    await capture.close();
    expect(await readdir(directory)).toHaveLength(1);
  });

  test("lets the oldest go, those of earlier runs first", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o700);
    const old = join(directory, `${randomUUID()}.fixture.json`);
    await writeFile(old, "{}");
    await utimes(old, 1, 1);
    await writeFile(join(directory, "notes.txt"), "mine");
    const capture = await openCaptureDirectory(directory, { max: 3 });
    const many = await answered(5);
    for (const one of many) capture.keep(one);
    await capture.close();
    const kept = many.slice(2).map(({ decision }) => `${decision.requestIdentifier}.fixture.json`);
    expect((await readdir(directory)).toSorted()).toEqual([...kept, "notes.txt"].toSorted());
  });

  test("drops what it cannot keep, and says so", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o700);
    const problems: unknown[] = [];
    const capture = await openCaptureDirectory(directory, {
      onProblem: (problem) => problems.push(problem),
    });
    const [one] = await answered(1);
    if (one === undefined) throw new Error("expected an answer");
    for (let index = 0; index < 300; index += 1) capture.keep(one);
    expect(problems).toHaveLength(300 - 256);
    await capture.close();
  });

  test("never lets a request choose a path", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o700);
    const capture = await openCaptureDirectory(directory);
    const [one] = await answered(1);
    if (one === undefined) throw new Error("expected an answer");
    const decision = { ...one.decision, requestIdentifier: "../../escaped" };
    capture.keep({ ...one, decision });
    await capture.close();
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\./)]);
  });

  test.skipIf(onWindows)("refuses a directory that others may read", async () => {
    const directory = join(await temporaryDirectory(), "open");
    await mkdir(directory, { mode: 0o755 });
    await chmod(directory, 0o755);
    await expect(openCaptureDirectory(directory)).rejects.toMatchObject({
      code: "CAPTURE_DIRECTORY_UNSAFE",
    });
  });
});

/** Returns requests that a runtime in memory answered. */
async function answered(count: number): Promise<readonly AnsweredRequest[]> {
  const runtime = await createTestRuntime();
  const all: AnsweredRequest[] = [];
  for (let index = 0; index < count; index += 1) {
    const request = runtime.request({ requestIdentifier: randomUUID() });
    // A test's own request.
    const { signedPayload } = (await request.clone().json()) as { readonly signedPayload: string };
    const { status } = await runtime.fetch(request);
    const decision = runtime.records.at(-1);
    if (decision === undefined) throw new Error("expected a decision");
    all.push({ app: "test", environment: "sandbox", signedPayload, status, decision });
  }
  return all;
}
