import { createAppsFeature } from "../../apps/index.ts";
import { createTestControl, createTestKeyring } from "../../apps/testing/test-control.ts";
import type { TestControl } from "../../apps/testing/test-control.ts";
import { ERASURES } from "../../control/erasures.ts";
import { createSubscriptionStreams } from "../../control/subscription-streams.ts";
import type { SubscriptionStreams } from "../../control/subscription-streams.ts";
import { createControlApp } from "../../http/index.ts";
import type { Caller } from "../../http/index.ts";
import { wantStatuses } from "../../statuses/index.ts";
import { toJsonText } from "../../storage/index.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import { openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { markStates } from "../../workers/states/index.ts";
import { createSubscribersFeature, createSubscriptionIds } from "../index.ts";
import { newsOf } from "../verified-news.ts";
import type { SubscriptionIds } from "../subscription-ids.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";

/** When it is in tests of the operations, milliseconds since 1970. */
export const NOW = Date.UTC(2026, 5, 15);

const DAY_MS = 86_400_000;

/** Where the subscribers of tests are. */
export const PLACE: SubscriptionPlace = { app: "yoga", environment: "sandbox" };

/** A runtime's token, for every app. */
export const RUNTIME: Caller = {
  kind: "token",
  id: "token_1",
  person: "kim",
  name: "A runtime",
  role: "runtime",
  apps: "all",
};

const FLOW = `version: 1
app: com.example.yoga
attributes: { plan_usage: number, cohort: string, tags: strings, since: date, vip: boolean }
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000001 } } }
rules: []
fallback: { message: stay }
`;

/** The operations on subscribers, on a database with an app whose newest flow declares attributes. */
export interface TestSubscribers {
  readonly database: StorageDatabase;
  readonly control: TestControl;
  /** Reads as a runtime; returns the status and the body. */
  readonly readAsRuntime: (path: string) => Promise<{ status: number; body: unknown }>;
  readonly ids: SubscriptionIds;
  readonly streams: SubscriptionStreams;
  readonly clock: { now: number };
  /** Has Apple tell of a subscription's periods of 30 days, the last of them running now. */
  readonly subscribe: (
    transactionIds: readonly [string, ...string[]],
    appAccountToken?: string,
  ) => Promise<void>;
}

/** Opens the operations on an engine. */
export async function openTestSubscribers(engine: TestEngine): Promise<TestSubscribers> {
  const database = await openTestDatabase(engine);
  const keyring = await createTestKeyring();
  const clock = { now: NOW };
  const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
  const features = [
    createAppsFeature({
      database,
      keyring,
      dependents: { liveEnvironments: () => Promise.resolve([]), deletions: [] },
    }),
    createSubscribersFeature({
      database,
      idsOf,
      erasures: ERASURES,
      markStates,
      wantStatuses: (transaction, place, wanted) =>
        wantStatuses(transaction, place, wanted, { now: clock.now }),
    }),
  ];
  const control = createTestControl({ database, features }, { now: () => clock.now });
  const runtime = createControlApp({
    database,
    features,
    cookieName: "holdfast",
    now: () => clock.now,
    authenticate: () => Promise.resolve(RUNTIME),
  });
  const { status, text } = await control.call("POST /v1/apps", {
    id: "yoga",
    name: "Yoga",
    bundleId: "com.example.yoga",
    appAppleId: 1,
    environments: { sandbox: {}, production: {} },
  });
  if (status !== 201) throw new Error(`expected an app, got ${text}`);
  await database.queries
    .insertInto("flow_versions")
    .values({
      app: "yoga",
      version: 1,
      content: toJsonText({ source: FLOW, files: {}, images: {} }),
      content_hash: "1",
      note: null,
      created_by: "kim",
      author: "kim",
      created_at: NOW,
    })
    .execute();
  const ids = await idsOf("yoga");
  const streams = createSubscriptionStreams({ now: () => clock.now, idsOf });
  return {
    database,
    control,
    async readAsRuntime(path) {
      const headers = { Authorization: "Bearer test" };
      const response = await runtime.fetch(
        new Request(`https://holdfast.test${path}`, { headers }),
      );
      return { status: response.status, body: await response.json() };
    },
    ids,
    streams,
    clock,
    async subscribe(transactionIds, appAccountToken) {
      const [originalTransactionId] = transactionIds;
      const count = transactionIds.length;
      const news = transactionIds.map((transactionId, index) => {
        const purchaseDate = NOW - DAY_MS - (count - 1 - index) * 30 * DAY_MS;
        const transaction = {
          transactionId,
          originalTransactionId,
          productId: "plain.monthly",
          purchaseDate,
          expiresDate: purchaseDate + 30 * DAY_MS,
          signedDate: purchaseDate,
          price: 9990,
          currency: "USD",
          storefront: "USA",
          ...(appAccountToken === undefined ? {} : { appAccountToken }),
        };
        const notification = {
          notificationUUID: transactionId,
          notificationType: index === 0 ? "SUBSCRIBED" : "DID_RENEW",
        };
        return newsOf(
          { originalTransactionId, transaction },
          { ids, place: PLACE, frame: { source: "notification", notification, status: 1 } },
        );
      });
      await database.transaction((transaction) => streams.takeNews(transaction, PLACE, news));
    },
  };
}
