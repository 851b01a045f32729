/**
 * How many notifications of the App Store a control plane verifies and stores in a second, each of another
 * subscription, posted 64 at a time: the outer signature and the two inside, the group they are stored in
 * with everything that follows from them, and the answer, without a network.
 *
 *   npm run bench:notifications                                    6,000 notifications on SQLite
 *   npm run bench:notifications -- --postgres <url>                on PostgreSQL too, in an empty database
 *   npm run bench:notifications -- --quick                         300, to see that it works
 *   npm run bench:notifications -- --json                          JSON lines only
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createControlApp } from "@holdfast/control/http";
import { createNotificationsFeature } from "@holdfast/control/notifications";
import { createKeyring } from "@holdfast/control/secrets";
import { createIdSource, openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import { createEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { createApp } from "../packages/control/src/apps/create-app.ts";
import { sealNewPseudonymKey } from "../packages/control/src/apps/pseudonym-key.ts";
import { createControlParts } from "../packages/control/src/control/control-parts.ts";

const CONCURRENCY = 64;

/** What is posted before the clock starts: chains become known, code becomes fast. */
const WARM_UP = 200;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    postgres: { type: "string" },
  },
});
const count = values.quick ? 300 : 6000;

const emulator = await createEmulator();
const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
try {
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(`signing ${count + WARM_UP} notifications`);
  const bodies = await signBodies(emulator, count + WARM_UP);
  const bytes = Math.round(bodies.reduce((sum, { length }) => sum + length, 0) / bodies.length);
  tell(`${bytes} bytes each, ${CONCURRENCY} at a time\n`);
  const databases = [
    await openDatabase({ engine: "sqlite", directory: join(directory, "control") }),
    ...(values.postgres === undefined
      ? []
      : [await openDatabase({ engine: "postgres", url: values.postgres })]),
  ];
  for (const database of databases) {
    try {
      report(database.engine, await measure(database, bodies));
    } finally {
      await database.close();
    }
  }
} finally {
  await emulator.close();
  await rm(directory, { recursive: true, force: true });
}

/** What a run found. */
interface Measured {
  readonly perSecond: number;
  /** Of this process's processor time, which suffers less than the rate when the machine is busy. */
  readonly processorUs: number;
  /** The share of notifications that were stored together with another. */
  readonly sharedPercent: number;
  readonly perGroup: number;
  /** Milliseconds the slowest of a hundred answers took. */
  readonly p99Ms: number;
}

async function measure(database: Database, bodies: readonly string[]): Promise<Measured> {
  const ids = createIdSource();
  const keyring = await createKeyring({
    current: new Uint8Array(randomBytes(32)),
    previous: [],
  });
  const options = {
    database,
    keyring,
    runtimeKeys: await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography),
    publicUrl: "https://control.bench",
    release: "0.0.0",
  };
  const parts = await createControlParts(options, { ids, now: Date.now });
  const { intake } = parts;
  await makeApp(database, keyring);
  const app = createControlApp({
    database,
    features: [createNotificationsFeature({ database, ids, intake })],
    cookieName: "holdfast",
    authenticate: () => Promise.resolve(undefined),
  });
  const post = async (body: string): Promise<void> => {
    const url = "https://control.bench/apple/notifications/yoga";
    const { status } = await app.fetch(new Request(url, { method: "POST", body }));
    if (status !== 200) throw new Error(`expected 200, got ${status}`);
  };
  await postAll(bodies.slice(0, WARM_UP), post);
  const before = intake.stats();
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const tookMs = await postAll(bodies.slice(WARM_UP), post);
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = intake.stats();
  parts.hub.close();
  const items = after.items - before.items;
  return {
    perSecond: Math.round(items / seconds),
    processorUs: Math.round((user + system) / items),
    sharedPercent: Math.round((100 * (after.shared - before.shared)) / items),
    perGroup: Math.round((10 * items) / (after.groups - before.groups)) / 10,
    p99Ms: Math.round(tookMs.toSorted((a, b) => a - b)[Math.floor(items * 0.99)] ?? Number.NaN),
  };
}

/** Posts all, so many at a time, and returns how long each took, ms. */
async function postAll(
  bodies: readonly string[],
  post: (body: string) => Promise<void>,
): Promise<readonly number[]> {
  const left = [...bodies];
  const took: number[] = [];
  const work = async (): Promise<void> => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const startedAt = performance.now();
      await post(body);
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return took;
}

async function makeApp(
  database: Database,
  keyring: Parameters<typeof sealNewPseudonymKey>[1],
): Promise<void> {
  const { bundleId, appAppleId } = emulator.credentials("yoga");
  const environments = {
    sandbox: { trustedRoots: [emulator.rootCertificatePem], requiredApprovals: 0 },
  };
  const app = { id: "yoga", name: "Yoga", bundleId, appAppleId, environments };
  const pseudonymKey = await sealNewPseudonymKey("yoga", keyring);
  await database.transaction((transaction) =>
    createApp(transaction, app, { pseudonymKey, now: Date.now() }),
  );
}

/** Signs as many notifications, each of another subscription whose renewal was turned off. */
async function signBodies(store: Emulator, wanted: number): Promise<readonly string[]> {
  const { bundleId } = store.credentials("yoga");
  const sign = async (payload: unknown): Promise<string> => {
    // It signs any payload as it is; its type names the kind it was made for.
    const signed = await store.signPayload(payload as Parameters<Emulator["signPayload"]>[0]);
    return signed.signedPayload;
  };
  const bodies: string[] = [];
  for (let index = 0; index < wanted; index += 1) {
    const signedDate = Date.now();
    const originalTransactionId = String(2_000_000_000_000_000 + index);
    const common = { originalTransactionId, environment: "Sandbox", signedDate };
    const signedTransactionInfo = await sign({
      ...common,
      transactionId: originalTransactionId,
      bundleId,
      productId: "yoga.yearly",
      subscriptionGroupIdentifier: "21400001",
      type: "Auto-Renewable Subscription",
      inAppOwnershipType: "PURCHASED",
      purchaseDate: signedDate - 40 * 86_400_000,
      originalPurchaseDate: signedDate - 40 * 86_400_000,
      expiresDate: signedDate + 325 * 86_400_000,
      storefront: "USA",
      currency: "USD",
      price: 59_990,
      transactionReason: "PURCHASE",
    });
    const signedRenewalInfo = await sign({
      ...common,
      productId: "yoga.yearly",
      autoRenewProductId: "yoga.yearly",
      autoRenewStatus: 0,
      renewalDate: signedDate + 325 * 86_400_000,
    });
    const signedPayload = await sign({
      notificationType: "DID_CHANGE_RENEWAL_STATUS",
      subtype: "AUTO_RENEW_DISABLED",
      notificationUUID: randomUUID(),
      version: "2.0",
      signedDate,
      data: {
        environment: "Sandbox",
        bundleId,
        bundleVersion: "1",
        status: 1,
        signedTransactionInfo,
        signedRenewalInfo,
      },
    });
    bodies.push(JSON.stringify({ signedPayload }));
  }
  return bodies;
}

function report(engine: string, measured: Measured): void {
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ bench: "notifications", engine, count, ...measured })}\n`,
    );
    return;
  }
  const { perSecond, processorUs, sharedPercent, perGroup, p99Ms } = measured;
  tell(
    `${engine.padEnd(10)} ${perSecond} a second, ${processorUs} µs of the processor each; ${sharedPercent} % stored together with others, ${perGroup} to a group; 99 % within ${p99Ms} ms`,
  );
}

function tell(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}
