import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import {
  TEST_APP_APPLE_ID,
  TEST_BUNDLE_ID,
  testNotification,
  testRenewalInfo,
  testTransaction,
} from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { createApp } from "../../apps/create-app.ts";
import { sealNewPseudonymKey } from "../../apps/pseudonym-key.ts";
import { createTestControl } from "../../apps/testing/test-control.ts";
import type { TestCallerOptions, TestControl } from "../../apps/testing/test-control.ts";
import { createControlApp } from "../../http/index.ts";
import type { ControlApp, RequestReport } from "../../http/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import type { Keyring } from "../../secrets/index.ts";
import { createIdSource } from "../../storage/index.ts";
import type { Database } from "../../storage/index.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import type { FindSubscriptionIds } from "../../subscribers/index.ts";
import { createNotificationIntake, createNotificationsFeature, nodeEcdsa } from "../index.ts";
import type { NotificationIntake, NotificationIntakeOptions } from "../index.ts";
import { notedNews } from "./noted-news.ts";
import { TEST_MASTER_KEY } from "./test-master-key.ts";

/** The app of tests, in the sandbox. */
export const SANDBOX = { app: "yoga", environment: "sandbox" } as const;

/** Makes the apps `yoga` and `other`, who trust a local App Store in both environments. */
export async function makeApps(
  database: Database,
  rootPem: string,
  bundleId: string = TEST_BUNDLE_ID,
): Promise<Keyring> {
  const keyring = await createKeyring({ current: TEST_MASTER_KEY, previous: [] });
  const settings = { trustedRoots: [rootPem], requiredApprovals: 0 };
  const apps = [
    {
      id: "yoga",
      bundleId,
      environments: { sandbox: settings, production: settings },
    },
    { id: "other", bundleId: "com.example.other", environments: { production: settings } },
  ];
  for (const app of apps) {
    const pseudonymKey = await sealNewPseudonymKey(app.id, keyring);
    const named = { ...app, name: app.id, appAppleId: TEST_APP_APPLE_ID };
    await database.transaction((transaction) =>
      createApp(transaction, named, { pseudonymKey, now: Date.now() }),
    );
  }
  return keyring;
}

/** A control plane that takes notifications; several may be on one database. */
export interface TestNotifications extends TestControl {
  readonly database: Database;
  readonly intake: NotificationIntake;
  readonly idsOf: FindSubscriptionIds;
  readonly verifier: SignedDataVerifier;
  /** Posts a signed payload as Apple does; another body where one is given. */
  readonly post: (signedPayload: string, options?: PostOptions) => Promise<PostAnswer>;
  /** The whole HTTP side, nobody signed in. */
  readonly app: ControlApp;
  /** Of all that was posted. */
  readonly reports: readonly RequestReport[];
}

/** How a post differs from Apple's. */
export interface PostOptions {
  readonly path?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly method?: string;
}

/** How a post was answered. */
interface PostAnswer {
  readonly status: number;
  readonly text: string;
  /** Of what was wrong with the notification. */
  readonly code: string | undefined;
  readonly headers: Headers;
}

/** Opens one. */
export function openNotifications(
  database: Database,
  keyring: Keyring,
  options: Partial<NotificationIntakeOptions> & { readonly caller?: TestCallerOptions } = {},
): TestNotifications {
  const { caller = {}, ...overrides } = options;
  const { queries } = database;
  const ids = createIdSource();
  const now = overrides.now ?? Date.now;
  const idsOf = createSubscriptionIds({ queries, keyring });
  const verifier = overrides.verifier ?? createSignedDataVerifier({ ecdsa: nodeEcdsa, now });
  const intake = createNotificationIntake({
    database,
    verifier,
    idsOf,
    streams: notedNews,
    ids,
    now,
    allowNonAppleProductionRoots: true,
    ...overrides,
  });
  const features = [
    createNotificationsFeature({ database, ids, intake, allowPrivateNetworks: true }),
  ];
  const reports: RequestReport[] = [];
  const app = createControlApp({
    database,
    features,
    cookieName: "holdfast",
    now,
    authenticate: () => Promise.resolve(undefined),
    onReport: (report) => reports.push(report),
  });
  return {
    ...createTestControl({ database, features }, { now, ...caller }),
    database,
    intake,
    idsOf,
    verifier,
    app,
    reports,
    post: (signedPayload, post) => postTo(app, signedPayload, post),
  };
}

async function postTo(
  app: ControlApp,
  signedPayload: string,
  {
    path = "/apple/notifications/yoga",
    body = JSON.stringify({ signedPayload }),
    contentType,
    method = "POST",
  }: PostOptions = {},
): Promise<PostAnswer> {
  const headers = contentType === undefined ? {} : { "Content-Type": contentType };
  // As bytes, so that no Content-Type is made up.
  const content = method === "POST" ? { body: new TextEncoder().encode(body) } : {};
  const request = new Request(`https://holdfast.test${path}`, { method, headers, ...content });
  const response = await app.fetch(request);
  const text = await response.text();
  const json = text === "" ? undefined : (JSON.parse(text) as RefusalBody);
  const code = json?.error?.issues?.[0]?.code;
  return { status: response.status, text, code, headers: response.headers };
}

interface RefusalBody {
  readonly error?: { readonly issues?: readonly { readonly code?: string }[] };
}

/** What a signed notification says; what a test cares about is passed. */
export interface SignedOptions {
  readonly uuid: string;
  readonly environment?: "Sandbox" | "Production";
  readonly signedDate?: number;
  readonly transaction?: Readonly<Record<string, unknown>>;
  readonly renewalInfo?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly notification?: Readonly<Record<string, unknown>>;
}

/** Returns a notification about a subscription, with everything in it signed. */
export function signNotification(
  store: TestAppStore,
  {
    uuid,
    environment = "Sandbox",
    signedDate = Date.now(),
    transaction = {},
    renewalInfo = {},
    data = {},
    notification = {},
  }: SignedOptions,
): string {
  const dated = { environment, signedDate };
  return store.sign(
    testNotification({
      notificationUUID: uuid,
      signedDate,
      data: {
        environment,
        bundleId: TEST_BUNDLE_ID,
        ...(environment === "Production" ? { appAppleId: TEST_APP_APPLE_ID } : {}),
        status: 1,
        signedTransactionInfo: store.sign(testTransaction({ ...dated, ...transaction })),
        signedRenewalInfo: store.sign(testRenewalInfo({ ...dated, ...renewalInfo })),
        ...data,
      },
      ...notification,
    }),
  );
}
