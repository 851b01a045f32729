import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestAppStore, testTransaction } from "@holdfast/appstore/testing";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startAnsweringApple } from "../packages/cli/src/server-api/testing/answering-apple.ts";
import { runBinary } from "./spawn-cli.ts";
import type { Finished } from "./spawn-cli.ts";

/** Each command of the App Store Server API once, as it is really started. */
const YOGA = fileURLToPath(new URL("../packages/cli/src/testing/yoga", import.meta.url));
const TIMEOUT_MS = 30_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const NOTIFICATION_URL = "https://notifications.example.com/v2";
const WARNING = "warning: decoded JWS payloads are not signature-verified\n";
const VERIFY = "--verify --trusted-root root.pem";

const DAY_MS = 86_400_000;

let cwd = "";
let emulator: RunningEmulator;
let env: Readonly<Record<string, string>>;
let transactionId = "";

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-server-api-"));
  await cp(YOGA, cwd, { recursive: true });
  emulator = await startEmulator({
    port: 0,
    // Nobody answers there, and nobody has to.
    resolve: [{ from: NOTIFICATION_URL, to: "http://127.0.0.1:9/" }],
    notificationUrls: { yoga: { sandbox: NOTIFICATION_URL } },
  });
  const { originalTransactionId, keyId, issuerId, privateKey, bundleId } =
    emulator.credentials("yoga");
  transactionId = originalTransactionId;
  await writeFile(join(cwd, "root.pem"), emulator.rootCertificatePem);
  await writeFile(join(cwd, "key.p8"), privateKey, { mode: 0o600 });
  env = {
    HOLDFAST_CONFIG_PATH: join(cwd, "config", "config.json"),
    HOLDFAST_STOREKIT_KEY_ID: keyId,
    HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
    HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "key.p8",
    HOLDFAST_STOREKIT_BUNDLE_ID: bundleId,
    HOLDFAST_STOREKIT_SANDBOX_URL: `${emulator.url}/sandbox`,
  };
});

afterAll(async () => {
  await emulator.close();
  await rm(cwd, { recursive: true, force: true });
});

function storekit(line: string, more: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return runBinary(["storekit", ...line.split(" ")], { cwd, env: { ...env, ...more } });
}

/** Runs a command whose standard output is no terminal, and returns its one document. */
async function documentOf(finished: Promise<Finished>, err = ""): Promise<unknown> {
  const { code, out, err: said } = await finished;
  expect({ code, err: said }).toEqual({ code: 0, err });
  return JSON.parse(out);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Stands in for Apple in production, which has what the local App Store has not. */
async function startProduction(answer: object) {
  const { url, asked } = await startAnsweringApple(() => answer);
  return { asked, env: { HOLDFAST_STOREKIT_PRODUCTION_URL: url } };
}

test("holdfast storekit transactions view shows a transaction, decoded", async () => {
  const line = `transactions view --transaction-id ${transactionId} --environment sandbox --decode`;
  expect(await documentOf(storekit(line), WARNING)).toMatchObject({
    signedTransactionInfoDecoded: { transactionId },
  });
});

test("holdfast storekit transactions history shows them all, verified", async () => {
  const line = `transactions history --transaction-id ${transactionId} --environment sandbox --paginate ${VERIFY}`;
  expect(await documentOf(storekit(line))).toMatchObject({
    hasMore: false,
    signedTransactionsDecoded: expect.arrayContaining([
      expect.objectContaining({ transactionId }),
    ]) as unknown,
  });
});

test("holdfast storekit subscriptions status exits 1 for what is not Apple's", async () => {
  const line = `subscriptions status --transaction-id ${transactionId} --environment sandbox`;
  expect(await documentOf(storekit(line))).toMatchObject({ environment: "Sandbox" });
  const refused = await storekit(`${line} --verify`);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("ROOT_UNTRUSTED");
});

test("holdfast storekit refunds history passes on Apple's answer", async () => {
  const answer = { revision: "r", hasMore: false, signedTransactions: [] };
  const production = await startProduction(answer);
  const line = "refunds history --transaction-id 20 --environment production --paginate";
  expect(await documentOf(storekit(line, production.env))).toEqual(answer);
  expect(production.asked).toMatchObject([{ url: "/inApps/v2/refund/lookup/20" }]);
});

test("holdfast storekit orders lookup is a table of what was bought", async () => {
  const store = await createTestAppStore();
  const signedTransactions = [store.sign(testTransaction())];
  const production = await startProduction({ status: 0, signedTransactions });
  const line = "orders lookup --order-id MK5TTTVWJH --environment production --output table";
  const { code, out, err } = await storekit(line, production.env);
  expect({ code, err }).toEqual({ code: 0, err: WARNING });
  expect(out).toMatch(/\nVALID +2000000123456790 .* 59\.99 EUR\n$/);
});

test("holdfast storekit notifications test and test-status tell how sending went", async () => {
  const send = storekit("notifications test --environment sandbox --confirm");
  const { testNotificationToken: token } = (await documentOf(send)) as {
    // Apple's answer, which the next command needs.
    readonly testNotificationToken: string;
  };
  await emulator.notificationsIdle();
  const line = `notifications test-status --token ${token} --environment sandbox ${VERIFY}`;
  expect(await documentOf(storekit(line))).toMatchObject({
    signedPayloadDecoded: { notificationType: "TEST" },
    sendAttempts: [{}],
  });
});

test("holdfast storekit notifications history asks in read-only mode", async () => {
  await emulator.changeSubscription(
    { ...SANDBOX, originalTransactionId: transactionId },
    { type: "cancel" },
  );
  await emulator.notificationsIdle();
  const [start, end] = [dayOf(Date.now() - DAY_MS), dayOf(Date.now() + DAY_MS)];
  const line = `notifications history --start ${start} --end ${end} --type DID_CHANGE_RENEWAL_STATUS --environment sandbox --read-only ${VERIFY}`;
  expect(await documentOf(storekit(line))).toMatchObject({
    notificationHistory: [{ signedPayloadDecoded: { subtype: "AUTO_RENEW_DISABLED" } }],
  });
});

test("holdfast storekit retention-messaging performance start refuses a flow that can defer", async () => {
  const family = emulator
    .subscribers(SANDBOX)
    .find(({ productId }) => productId === "yoga.family")?.originalTransactionId;
  const line = `retention-messaging performance start --original-transaction-id ${family} --environment sandbox --flow flow.yaml`;
  const refused = await storekit(line);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("FLOW_CAN_DEFER");
});
