import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePng } from "@holdfast/appstore/images/testing";
import { startEmulator } from "@holdfast/emulator";
import type { ResolveRule, RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runBinary, startBinary, startUntilKilled } from "./spawn-cli.ts";
import type { Finished, Running } from "./spawn-cli.ts";

const TIMEOUT_MS = 60_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

/** The sequence with which `asc` is tried in the sandbox, letter by letter. */
const SANDBOX_VERIFICATION = String.raw`
asc storekit auth doctor --environment sandbox --network

asc storekit retention-messaging images upload \
  --image-id 11111111-1111-4111-8111-111111111111 \
  --image-size FULL_SIZE \
  --file ./retention.png \
  --environment sandbox

asc storekit retention-messaging messages upload \
  --message-id 33333333-3333-4333-8333-333333333333 \
  --file ./message.json \
  --environment sandbox

asc storekit retention-messaging messages list --environment sandbox

asc storekit retention-messaging defaults set \
  --product-id com.example.monthly \
  --locale en-US \
  --message-id 33333333-3333-4333-8333-333333333333 \
  --environment sandbox

asc storekit retention-messaging endpoint set \
  --url https://example.com/retention-messaging-api/ \
  --environment sandbox

asc storekit retention-messaging performance start \
  --original-transaction-id 2000000000000000 \
  --environment sandbox \
  --wait
`;

/** Beside the sequence in the same place. The image it names is at the local App Store already. */
const MESSAGE = {
  header: "Keep everything you unlocked",
  body: "Continue your subscription and keep access to every feature.",
  image: {
    imageIdentifier: "22222222-2222-4222-8222-222222222222",
    altText: "The Example app on an iPhone",
  },
  headerPosition: "ABOVE_IMAGE",
};

/** Answers with the message of the sequence, whatever is asked. */
const FLOW = `version: 1
app: com.example.app
messages:
  keep: { defaultLocale: en-US, locales: { en-US: { id: 33333333-3333-4333-8333-333333333333 } } }
rules: []
fallback: { message: keep }
`;

const PUBLIC_URL = "https://example.com/retention-messaging-api/";
const RETENTION = "storekit retention-messaging";

let cwd = "";
let emulator: RunningEmulator;
let runtime: Running;
let env: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-storekit-"));
  // Filled in once the runtime's address is known; the emulator looks at it for each request.
  const resolve: ResolveRule[] = [];
  const performanceTest = { totalRequests: 20, totalDuration: 0 };
  emulator = await startEmulator({ port: 0, resolve, performanceTest });
  const { keyId, issuerId, privateKey, bundleId } = emulator.credentials("seed");
  env = {
    HOME: cwd,
    HOLDFAST_STOREKIT_SANDBOX_URL: `${emulator.url}/sandbox`,
    HOLDFAST_STOREKIT_PRODUCTION_URL: `${emulator.url}/production`,
    ASC_STOREKIT_KEY_ID: keyId,
    ASC_STOREKIT_ISSUER_ID: issuerId,
    ASC_STOREKIT_PRIVATE_KEY_PATH: "SubscriptionKey.p8",
    ASC_STOREKIT_BUNDLE_ID: bundleId,
  };
  await Promise.all([
    writeFile(join(cwd, "SubscriptionKey.p8"), privateKey, { mode: 0o600 }),
    writeFile(join(cwd, "retention.png"), writePng({ width: 3840, height: 160 })),
    writeFile(join(cwd, "message.json"), JSON.stringify(MESSAGE)),
    writeFile(join(cwd, "root.pem"), emulator.rootCertificatePem),
    writeFile(join(cwd, "flow.yaml"), FLOW),
    writeFile(
      join(cwd, "holdfast.yaml"),
      "apps: { app: { bundleId: com.example.app, appAppleId: 6745974591, environments: { sandbox: { trustedRoots: [root.pem] } } } }",
    ),
  ]);
  // It warns: the text was not brought to the local App Store by `holdfast apply`.
  await holdfast("flow publish --app app --environment sandbox --data .holdfast");
  runtime = await startBinary(["serve", "--role", "runtime", "--port", "0"], { cwd, env });
  const to = `${String(runtime.announced["url"])}/apple/retention/app/sandbox`;
  resolve.push({ from: PUBLIC_URL, to });
});

afterAll(async () => {
  await runtime.stop();
  await emulator.close();
  await rm(cwd, { recursive: true, force: true });
});

/** The command lines of a shell block. */
function linesOf(block: string): readonly string[] {
  return block
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function holdfast(line: string, more: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const words = line.split(" ").filter((word) => word !== "");
  return runBinary(words, { cwd, env: { ...env, ...more } });
}

/** Runs a command, expects it to end well, and returns what it wrote. */
async function succeed(line: string): Promise<string> {
  const { code, out, err } = await holdfast(line);
  expect({ line, code, err }).toEqual({ line, code: 0, err: "" });
  return out;
}

/** {@link succeed}, with its one document. */
async function json(line: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await succeed(`${line} --output json`)) as Readonly<Record<string, unknown>>;
}

test("the sandbox verification of asc runs, letter by letter, and ends with PASS", async () => {
  // The result is given once the test is over, so that nobody has to look twice.
  const operation = "getPerformanceTestResults";
  emulator.faults.set([{ kind: "latency", delayMs: 500, operation }]);
  const outputs: string[] = [];
  for (const line of linesOf(SANDBOX_VERIFICATION)) {
    expect(line).toMatch(/^asc storekit /);
    outputs.push(await succeed(line.replace(/^asc /, "")));
  }
  emulator.faults.clear();
  const [doctor, image, message, messages, byDefault, endpoint, tested] = outputs;
  expect(doctor).toBe(
    `StoreKit credentials are valid for sandbox (network verified) (at ${emulator.url}/sandbox)\n`,
  );
  expect(JSON.parse(image ?? "")).toMatchObject({ resource: "image", action: "uploaded" });
  expect(JSON.parse(message ?? "")).toMatchObject({ resource: "message", action: "uploaded" });
  expect(messages).toContain(
    `{"messageIdentifier":"33333333-3333-4333-8333-333333333333","messageState":"APPROVED"}`,
  );
  expect(JSON.parse(byDefault ?? "")).toEqual({
    messageIdentifier: "33333333-3333-4333-8333-333333333333",
  });
  expect(JSON.parse(endpoint ?? "")).toEqual({ realtimeURL: PUBLIC_URL });
  expect(JSON.parse(tested ?? "")).toMatchObject({
    target: PUBLIC_URL,
    result: "PASS",
    successRate: 100,
  });
});

test("after PASS the production URL is taken, and everything can be cleaned up", async () => {
  const production = "--environment production";
  const set = `${RETENTION} endpoint set --url ${PUBLIC_URL} --skip-checks ${production}`;
  expect(await json(set)).toEqual({ realtimeURL: PUBLIC_URL });
  expect(await json(`${RETENTION} endpoint view ${production}`)).toEqual({
    realtimeURL: PUBLIC_URL,
  });
  const sandbox = "--confirm --environment sandbox";
  for (const line of [
    `defaults delete --product-id com.example.monthly --locale en-US ${sandbox}`,
    `messages delete --message-id 33333333-3333-4333-8333-333333333333 ${sandbox}`,
    `images delete --image-id 11111111-1111-4111-8111-111111111111 ${sandbox}`,
    `endpoint delete ${sandbox}`,
    `endpoint delete --confirm ${production}`,
  ]) {
    expect(await json(`${RETENTION} ${line}`)).toMatchObject({ action: "deleted", success: true });
  }
  const place = { app: "seed", environment: "sandbox" } as const;
  const left = emulator.messages(place).map(({ messageIdentifier }) => messageIdentifier);
  expect(left).not.toContain("33333333-3333-4333-8333-333333333333");
  expect(emulator.images(place)).toHaveLength(1);
});

describe("holdfast storekit", () => {
  const sandbox = "--environment sandbox";

  test("keeps credentials, chooses and forgets them", async () => {
    const ids = `--key-id ${env["ASC_STOREKIT_KEY_ID"] ?? ""} --issuer-id ${env["ASC_STOREKIT_ISSUER_ID"] ?? ""}`;
    const key = "--private-key SubscriptionKey.p8 --bundle-id com.example.app --bypass-keychain";
    await succeed(`storekit auth login --name holdfast-e2e-one ${ids} ${key} --network ${sandbox}`);
    await succeed(`storekit auth login --name holdfast-e2e-two ${ids} ${key}`);
    expect(await json("storekit auth switch --name holdfast-e2e-one")).toEqual({
      default: "holdfast-e2e-one",
    });
    const stored = { ASC_STOREKIT_KEY_ID: "", ASC_STOREKIT_ISSUER_ID: "" };
    const line = "storekit auth status --output json";
    const { out } = await holdfast(line, { ...stored, ASC_STOREKIT_PRIVATE_KEY_PATH: "" });
    expect(JSON.parse(out)).toMatchObject({
      active_source: "config",
      active_name: "holdfast-e2e-one",
    });
    // Not --all: whoever runs this may have credentials of their own in the keychain.
    for (const name of ["holdfast-e2e-one", "holdfast-e2e-two"]) {
      const { code } = await holdfast(`storekit auth logout --name ${name} --confirm`);
      // Where no keychain answers it warns: credentials of that name may be left there.
      expect(code).toBe(0);
    }
  });

  test("lists and waits", async () => {
    expect(await json(`${RETENTION} images list ${sandbox}`)).toHaveProperty("imageIdentifiers");
    expect(await json(`${RETENTION} images wait --all ${sandbox}`)).toHaveProperty(
      "imageIdentifiers",
    );
    expect(await json(`${RETENTION} messages wait --all ${sandbox}`)).toHaveProperty(
      "messageIdentifiers",
    );
    const place = "--product-id Yoga_summer_2026 --locale en-US";
    expect(await json(`${RETENTION} defaults view ${place} ${sandbox}`)).toHaveProperty(
      "messageIdentifier",
    );
  });

  test("shows a performance test, and waits for it", async () => {
    emulator.configureRealtimeUrl({ app: "seed", environment: "sandbox" }, PUBLIC_URL);
    const about = { app: "seed", originalTransactionId: "2000000000000000" };
    const { requestId } = emulator.startPerformanceTest(about);
    const { result } = await emulator.performanceTestFinished("seed", requestId);
    const view = `--request-id ${requestId} ${sandbox}`;
    // The message it answers with was deleted above, which is the emulator's to judge.
    const expected = { result, requestId };
    const code = result === "PASS" ? 0 : 4;
    for (const verb of ["view", "wait"]) {
      const finished = await holdfast(`${RETENTION} performance ${verb} ${view}`);
      expect([finished.code, JSON.parse(finished.out)]).toMatchObject([code, expected]);
    }
  });

  test("ends with 130 at Ctrl-C while it waits, and says how to go on", async () => {
    const id = "551ee7c0-c097-418e-9dd5-2a98533a7390";
    emulator.reviewMessage({ app: "seed", environment: "production" }, id, "PENDING");
    emulator.requestLog.clear();
    const line = `${RETENTION} messages wait --message-id ${id} --environment production`;
    const waiting = startUntilKilled(line.split(" "), { cwd, env });
    await vi.waitUntil(() => "getMessageList" in emulator.requestLog.counts(), TIMEOUT_MS);
    const { code, err } = await waiting.interrupt();
    expect(code).toBe(130);
    expect(err).toContain(`wait on with: holdfast ${line}`);
  });

  test("tells how the URL was changed, and changes it back", async () => {
    const set = `${RETENTION} endpoint set --url`;
    await succeed(`${set} https://a.example.com/ ${sandbox}`);
    await succeed(`${set} https://b.example.com/ ${sandbox}`);
    expect(await json(`${RETENTION} endpoint restore --confirm ${sandbox}`)).toEqual({
      realtimeURL: "https://a.example.com/",
    });
    const { changes } = await json(`${RETENTION} endpoint history ${sandbox}`);
    expect(changes).toMatchObject([
      { action: "set", to: PUBLIC_URL },
      { action: "deleted", from: PUBLIC_URL, to: null },
      { action: "set", to: "https://a.example.com/" },
      { action: "set", from: "https://a.example.com/", to: "https://b.example.com/" },
      { action: "restored", from: "https://b.example.com/", to: "https://a.example.com/" },
    ]);
  });

  test("exits 2 for misuse, and 1 for what Apple refuses", async () => {
    const misuse = await holdfast(`${RETENTION} messages list`);
    expect([misuse.code, misuse.out]).toEqual([2, ""]);
    expect(misuse.err).toContain("--environment is required");
    const refused = await holdfast(`${RETENTION} performance view --request-id x ${sandbox}`);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain("4000212");
    expect((await holdfast(RETENTION)).code).toBe(2);
  });
});
