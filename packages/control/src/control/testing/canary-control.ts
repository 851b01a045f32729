import { createHash, randomBytes } from "node:crypto";
import { startEmulator } from "@holdfast/emulator";
import type { AppDefinition, Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { onTestFinished } from "vitest";
import { SMALL_APP } from "../../catalog/testing/small-app.ts";
import { CHEAP_PASSWORDS, createTestCalls, PUBLIC_URL } from "../../http/testing/test-control.ts";
import type { Answer, CallOptions } from "../../http/testing/test-control.ts";
import { createControlMetrics } from "../../metrics/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import type { DatabaseOptions } from "../../storage/open-database.ts";
import { openTestDatabaseAt } from "../../storage/testing/engines.ts";
import { PRIMARY_KEYS } from "../../storage/schema/schema.ts";
import type { Schema } from "../../storage/schema/schema.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import type { SubscriptionIds } from "../../subscribers/index.ts";
import { createControl } from "../create-control.ts";

/** Ids that occur nowhere but where a test puts them. */
export const CANARIES = {
  /** Told of by a notification, with a later transaction and an account. */
  told: "770000111122221",
  toldLater: "770000111122222",
  /** Known from an attribute that was sent, and then from Apple's status. */
  stated: "770000333344441",
  /** Known from an import. */
  imported: "770000555566661",
  /** Known from a decision that knew nothing. */
  decided: "770000777788881",
  /** Apple knows none of these. */
  unknown: "770000999900001",
  forged: "770000999900002",
  account: "7e57ca4a-1111-4222-8333-944445555666",
} as const;

const SUBSCRIBED = [CANARIES.told, CANARIES.stated, CANARIES.imported, CANARIES.decided];

const APP: AppDefinition = {
  ...SMALL_APP,
  subscribers: SUBSCRIBED.map((originalTransactionId) => ({
    originalTransactionId,
    productId: "yoga.monthly",
    locale: "en-US",
    storefront: "USA",
    ownership: "PURCHASED" as const,
    laterTransactionIds: originalTransactionId === CANARIES.told ? [CANARIES.toldLater] : [],
  })),
};

/** A whole control plane whose jobs run, with a local App Store, and everything that it says. */
export interface CanaryControl {
  readonly database: StorageDatabase;
  readonly emulator: Emulator;
  readonly ids: SubscriptionIds;
  readonly runtimeKeys: RuntimeKeys;
  /** The first admin's session. */
  readonly cookie: string;
  readonly runtimeToken: string;
  /** Calls as the first admin unless a token is given; what is answered is remembered. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** All that was answered, logged, reported and measured so far. */
  readonly said: () => Promise<readonly string[]>;
  /** Ends it, so that a database of one file is all in it. */
  readonly close: () => Promise<void>;
}

/** Opens one; its app `yoga` has keys and trusts the local App Store. */
export async function openCanaryControl(place: DatabaseOptions): Promise<CanaryControl> {
  const database = await openTestDatabaseAt(place);
  const emulator = await startEmulator({ port: 0, apps: [APP] });
  onTestFinished(() => emulator.close());
  const { bundleId, appAppleId, ...credentials } = emulator.credentials("yoga");
  const said: string[] = [];
  const log = (entry: unknown): void => void said.push(JSON.stringify(entry));
  const metrics = createControlMetrics({ database });
  const keyring = await createKeyring({ current: new Uint8Array(randomBytes(32)), previous: [] });
  const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography);
  const control = await createControl({
    database,
    keyring,
    runtimeKeys,
    publicUrl: PUBLIC_URL,
    release: "0.0.0-test",
    passwordCost: CHEAP_PASSWORDS,
    appleHosts: {
      connect: credentials.connectBaseUrl,
      sandbox: credentials.sandboxBaseUrl,
      production: credentials.productionBaseUrl,
    },
    // Nothing listens on the discard port.
    cloudflareApiUrl: "http://127.0.0.1:9",
    allowPrivateWebhooks: true,
    onReport(report) {
      log(report);
      metrics.countRequest(report);
    },
    onJob(report) {
      log(report);
      metrics.countJob(report);
    },
    onProblem: (error) => log([String(error), error]),
  });
  const calls = createTestCalls(control);
  const cookie = await calls.setUp();
  const call: CanaryControl["call"] = async (method, path, options = {}) => {
    const caller = options.token === undefined ? { cookie } : {};
    const answer = await calls.call(method, path, { ...caller, ...options });
    said.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  };
  const environments = { sandbox: { trustedRoots: [emulator.rootCertificatePem] }, production: {} };
  const body = { id: "yoga", name: "Yoga", bundleId, appAppleId, environments };
  await call("POST", "/v1/apps", { body });
  const { keyId, issuerId, privateKey } = credentials;
  const key = { keyId, issuerId, privateKey };
  await call("POST", "/v1/apps/yoga/in-app-purchase-keys", { body: key });
  const runtimeToken = await calls.token(cookie, "runtime", ["yoga"]);
  await control.start();
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= control.close().then(() => database.close()));
  onTestFinished(close);
  return {
    database,
    emulator,
    ids: await createSubscriptionIds({ queries: database.queries, keyring })("yoga"),
    runtimeKeys,
    cookie,
    runtimeToken,
    call,
    said: async () => [...said, (await metrics.render()).body],
    close,
  };
}

/** A cell of some table, as text. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  readonly text: string;
}

/** Returns every cell of every table. */
export async function readCells({ queries }: StorageDatabase): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  // Its keys are the tables.
  for (const table of Object.keys(PRIMARY_KEYS) as readonly (keyof Schema)[]) {
    const rows: readonly object[] = await queries.selectFrom(table).selectAll().execute();
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        const text =
          value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
        cells.push({ table, column, text });
      }
    }
  }
  return cells;
}

/** Returns what an id may be recognised by: itself, its plain hashes, and its plain encodings. */
export function tracesOf(id: string): readonly string[] {
  const digest = createHash("sha256").update(id).digest();
  return [
    id,
    digest.toString("hex"),
    digest.toString("base64url").slice(0, 42),
    Buffer.from(id).toString("base64url").slice(0, 18),
    Buffer.from(id).toString("hex"),
  ];
}
