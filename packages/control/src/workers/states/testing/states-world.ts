import { subscriberKey } from "@holdfast/runtime/wire";
import type { KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { ERASURES } from "../../../control/erasures.ts";
import { createSubscriptionStreams } from "../../../control/subscription-streams.ts";
import { SYSTEM_TIMES } from "../../../jobs/index.ts";
import type { Database, Transaction } from "../../../storage/index.ts";
import { writeAttributes } from "../../../subscribers/attributes/write-attributes.ts";
import type { SubscriptionNews } from "../../../subscribers/index.ts";
import { readSubscriberState } from "../../../subscribers/state/read-stored.ts";
import { BEGUN_AT } from "../../../subscribers/testing/arbitrary-news.ts";
import { testDecision } from "../../../subscribers/testing/test-decision.ts";
import { TEST_IDS } from "../../../subscribers/testing/test-ids.ts";
import { markStates } from "../mark-states.ts";
import { workerStatesJob } from "../states-job.ts";
import { connectTarget } from "./test-target.ts";

/** Where the subscribers are. */
export const WORLD_PLACE = { app: "yoga", environment: "sandbox" } as const;

/** What of a team's is said of whom. */
interface Statement {
  /** The id of a transaction, or of an account. */
  readonly of: string;
  readonly isAccount: boolean;
  readonly value: number | null;
  /** Default never. */
  readonly ttlMs?: number | undefined;
}

/** Everything that changes what rules see of a subscription, without the API around it. */
export interface StatesWorld {
  readonly clock: { now: number };
  readonly tell: (...news: readonly SubscriptionNews[]) => Promise<void>;
  readonly decide: (originalTransactionId: string) => Promise<void>;
  readonly state: (statement: Statement) => Promise<void>;
  readonly erase: (originalTransactionId: string) => Promise<void>;
  /** Runs the job once. */
  readonly run: (namespace: KvNamespaceClient) => Promise<void>;
  /** Returns what rules see now that is to be written, by key. */
  readonly expected: () => Promise<Readonly<Record<string, unknown>>>;
}

/** Makes the app, unless it is there, and connects it. */
export async function prepareWorld(database: Database): Promise<void> {
  const { app } = WORLD_PLACE;
  const at = { created_at: 0, updated_at: 0 };
  await database.queries
    .insertInto("apps")
    .values({ id: app, name: app, bundle_id: "com.example.yoga", apple_id: 1, version: 1, ...at })
    .execute();
  await connectTarget(database, BEGUN_AT);
}

/** Opens a world that was prepared. */
export function openWorld(database: Database, clock = { now: BEGUN_AT }): StatesWorld {
  const now = (): number => clock.now;
  const streams = createSubscriptionStreams({ now, idsOf: () => Promise.resolve(TEST_IDS) });
  const inTransaction = (act: (transaction: Transaction) => Promise<void>): Promise<void> =>
    database.transaction(act);
  return {
    clock,
    tell: (...news) =>
      inTransaction((transaction) => streams.takeNews(transaction, WORLD_PLACE, news)),
    decide: (id) =>
      inTransaction(async (transaction) => {
        // Of before an erasure nothing is taken.
        clock.now += 1;
        const decision = testDecision(TEST_IDS.pseudonymOf(id), { requestedAt: clock.now });
        await streams.takeDecisions(transaction, WORLD_PLACE, [decision]);
      }),
    state: ({ of, isAccount, value, ttlMs }) =>
      inTransaction(async (transaction) => {
        const owner = isAccount ? TEST_IDS.accountHashOf(of) : TEST_IDS.pseudonymOf(of);
        const expiresAt = ttlMs === undefined ? undefined : clock.now + ttlMs;
        await writeAttributes(transaction.queries, WORLD_PLACE, [
          { owner, name: "usage", value, setAt: clock.now, expiresAt },
        ]);
        const marked = isAccount ? { accounts: [owner] } : { changed: [owner] };
        await markStates(transaction, WORLD_PLACE, marked);
      }),
    erase: (id) =>
      inTransaction(async (transaction) => {
        const pseudonyms = [TEST_IDS.pseudonymOf(id)];
        const erased = { ...WORLD_PLACE, pseudonyms, now: clock.now };
        for (const erase of ERASURES) await erase(transaction, erased);
      }),
    run: (namespace) =>
      workerStatesJob({
        database,
        clientOf: () => Promise.resolve(namespace),
        times: { ...SYSTEM_TIMES, now },
      }).run({ id: "job", payload: null, attempt: 1, signal: new AbortController().signal }),
    async expected() {
      const states: Record<string, unknown> = {};
      for (const pseudonym of NAMES) {
        const state = await readSubscriberState(database.queries, WORLD_PLACE, {
          pseudonym,
          now: clock.now,
        });
        if (state === undefined || JSON.stringify(state) === NOTHING) continue;
        states[subscriberKey(WORLD_PLACE, pseudonym)] = structuredClone(state);
      }
      return states;
    },
  };
}

/** A state that says nothing, which rules cannot tell from none. */
const NOTHING = JSON.stringify({ attributes: {}, previousDecisions: { rules: {}, offers: {} } });

/** What all transactions of arbitrary news are called, also before it is known whose they are. */
const NAMES = ["100", "200"].flatMap((id) =>
  ["", "1", "2", "3", "4"].map((index) => TEST_IDS.pseudonymOf(`${id}${index}`)),
);
