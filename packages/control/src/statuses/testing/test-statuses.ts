import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import { startEmulator } from "@holdfast/emulator";
import type { AppDefinition, Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { createAppsFeature } from "../../apps/index.ts";
import { createTestControl } from "../../apps/testing/test-control.ts";
import type { TestControl } from "../../apps/testing/test-control.ts";
import { SMALL_APP } from "../../catalog/testing/small-app.ts";
import { createSubscriptionStreams } from "../../control/subscription-streams.ts";
import { createKeysFeature } from "../../keys/index.ts";
import { clientsOf, knownInAppPurchaseKey } from "../../keys/testing/test-keys.ts";
import { createKeyring } from "../../secrets/index.ts";
import { createIdSource } from "../../storage/index.ts";
import type { Database } from "../../storage/index.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import type { SubscriptionIds, SubscriptionNews } from "../../subscribers/index.ts";
import { createStatusesFeature } from "../statuses-feature.ts";
import { STATUSES_JOB, statusesJobs } from "../statuses-jobs.ts";
import type { StatusesMeans } from "../statuses-means.ts";

/** Where the tests' subscriptions are. */
export const SANDBOX = { app: "yoga", environment: "sandbox" } as const;

/** The path of the API for it. */
export const SANDBOX_PATH = "/v1/apps/yoga/environments/sandbox";

const SUBSCRIBERS = 40;

/** The ids of the local App Store's subscriptions. */
export const TRANSACTION_IDS: readonly string[] = Array.from(
  { length: SUBSCRIBERS },
  (_, index) => `20000001000${String(index).padStart(5, "0")}`,
);

const APP: AppDefinition = {
  ...SMALL_APP,
  subscribers: TRANSACTION_IDS.map((originalTransactionId) => ({
    originalTransactionId,
    productId: "yoga.monthly",
    locale: "en-US",
    storefront: "USA",
    ownership: "PURCHASED" as const,
    laterTransactionIds: [],
  })),
};

/** Starts a local App Store with 40 subscribers, to be closed by whoever started it. */
export function startSubscribedStore(): Promise<Emulator> {
  return startEmulator({ port: 0, apps: [APP] });
}

/** A clock of a test: the machine's, moved ahead. */
interface MovedClock {
  now(): number;
  advance(milliseconds: number): void;
}

/** A control plane that asks a local App Store for statuses. */
export interface TestStatuses extends TestControl {
  readonly database: Database;
  readonly emulator: Emulator;
  readonly means: StatusesMeans;
  readonly ids: SubscriptionIds;
  readonly clock: MovedClock;
  /** All news that were taken, committed or not. */
  readonly news: readonly SubscriptionNews[];
  /** Does what the job does, once. */
  run(overrides?: Partial<StatusesMeans>, signal?: AbortSignal): Promise<void>;
  /** How often each operation of the App Store was asked for. */
  asked(): Readonly<Record<string, number>>;
  /** The rows of whom Apple is to be asked about, or was lately. */
  rows(): Promise<readonly WantedRow[]>;
}

type WantedRow = Awaited<ReturnType<typeof readRows>>[number];

/** Opens one with the app `yoga`, which trusts the local App Store unless its root is another. */
export async function openStatuses(
  database: Database,
  emulator: Emulator,
  { root = emulator.rootCertificatePem }: { readonly root?: string } = {},
): Promise<TestStatuses> {
  emulator.faults.clear();
  const { queries } = database;
  const keyring = await createKeyring({ current: new Uint8Array(32).fill(7), previous: [] });
  const clients = clientsOf(emulator, { queries, keyring });
  const idsOf = createSubscriptionIds({ queries, keyring });
  const clock = createMovedClock();
  const streams = createSubscriptionStreams({ now: () => clock.now(), idsOf });
  const news: SubscriptionNews[] = [];
  const means: StatusesMeans = {
    database,
    clients,
    idsOf,
    verifier: createSignedDataVerifier(),
    runtimeKeys: await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography),
    takeNews: async (transaction, place, taken) => {
      news.push(...taken);
      await streams.takeNews(transaction, place, taken);
    },
    allowNonAppleProductionRoots: true,
    times: { now: () => clock.now(), random: () => 0, wait: waitReally },
    settings: { callsPerSecond: { sandbox: 1e6, production: 1e6 } },
  };
  const ids = createIdSource();
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const features = [
    createAppsFeature({ database, keyring, dependents }),
    createKeysFeature({ database, keyring, clients, signsOffers: () => Promise.resolve(false) }),
    createStatusesFeature({ database, ids, idsOf }),
  ];
  const control = createTestControl({ database, features }, { now: () => clock.now() });
  const { bundleId, appAppleId } = emulator.credentials("yoga");
  const environments = { sandbox: { trustedRoots: [root] }, production: {} };
  await control.call("POST /v1/apps", {
    id: "yoga",
    name: "Yoga",
    bundleId,
    appAppleId,
    environments,
  });
  await control.call("POST /v1/apps/yoga/in-app-purchase-keys", knownInAppPurchaseKey(emulator));
  emulator.requestLog.clear();
  return {
    ...control,
    database,
    emulator,
    means,
    ids: await idsOf("yoga"),
    clock,
    news,
    async run(overrides = {}, signal = new AbortController().signal) {
      const kind = statusesJobs({ ...means, ...overrides }).find(
        ({ name }) => name === STATUSES_JOB,
      );
      await kind?.run({ id: "job", payload: null, attempt: 1, signal });
    },
    asked: () => emulator.requestLog.counts(),
    rows: () => readRows(database),
  };
}

function readRows({ queries }: Database) {
  return queries.selectFrom("wanted_statuses").selectAll().orderBy("subject").execute();
}

function createMovedClock(): MovedClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
  };
}

/** Nothing in a test waits longer than for what it waits for. */
function waitReally(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    timer.unref();
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
