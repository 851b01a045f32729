import { DECISION_RECORD_FORMAT, sealValue } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Emulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createJobRunner } from "../jobs/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { eraseWantedOf, statusesJobs, wantStatuses, wantUnknown } from "./index.ts";
import {
  openStatuses,
  SANDBOX,
  SANDBOX_PATH,
  startSubscribedStore,
  TRANSACTION_IDS,
} from "./testing/test-statuses.ts";
import type { TestStatuses } from "./testing/test-statuses.ts";

const HOUR_MS = 3_600_000;
/** Enough for three rounds of as many as are asked at once. */
const MANY = TRANSACTION_IDS.slice(0, 24);
const [FIRST = "", SECOND = ""] = MANY;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startSubscribedStore();
});
afterAll(() => emulator.close());

async function open(engine: TestEngine, options = {}): Promise<TestStatuses> {
  return openStatuses(await openTestDatabase(engine), emulator, options);
}

/** Wants the statuses of subscriptions by their ids, as an outcome or an answer would. */
async function want(
  { database, ids, clock }: TestStatuses,
  transactionIds: readonly string[],
  reason: "unknown" | "outcome" = "outcome",
  signedAfter?: number,
): Promise<void> {
  const wanted = transactionIds.map((id) => {
    const pseudonym = ids.pseudonymOf(id);
    const after = signedAfter === undefined ? {} : { signedAfter };
    return { pseudonym, sealedId: ids.seal(SANDBOX, pseudonym, id), reason, ...after };
  });
  await database.transaction((transaction) =>
    wantStatuses(transaction, SANDBOX, wanted, { now: clock.now() }),
  );
}

/** A decision about a subscription, as a runtime ships it. */
async function decisionOf(
  { means, ids }: TestStatuses,
  id: string,
  subscriber: DecisionRecord["subject"]["subscriber"] = { status: "notFound" },
): Promise<DecisionRecord> {
  const sealed = await sealValue(means.runtimeKeys.decisionSeal, new TextEncoder().encode(id), {
    ...SANDBOX,
    purpose: "decision",
    keyId: "runtime",
  });
  const pseudonym = ids.pseudonymOf(id);
  return {
    format: DECISION_RECORD_FORMAT,
    ...SANDBOX,
    requestIdentifier: `request-${id}`,
    requestedAt: 1,
    decidedAt: 2,
    latencyMs: 1,
    subject: { productId: "p", userLocale: "en-US", pseudonym, sealedId: sealed, subscriber },
    snapshot: "s",
    stopListSequence: 0,
    source: "rule",
    hashes: [],
    hashVersion: 1,
  };
}

async function readQueue(setting: TestStatuses) {
  const { body } = await setting.call(`GET ${SANDBOX_PATH}/status-queue`);
  return body as unknown as {
    readonly waiting: Readonly<Record<string, number>>;
    readonly oldestDueAt?: number;
    readonly pausedUntil?: number;
    readonly lastProblem?: { readonly code: string };
  };
}

const NOBODY_WAITS = { unknown: 0, outcome: 0, import: 0, history: 0 };

describe.each(await engines())("on $name", (engine) => {
  test("who was answered unknown is asked about once, with the whole history", async () => {
    const setting = await open(engine);
    const { database, clock, ids } = setting;
    const decisions = [
      await decisionOf(setting, FIRST),
      await decisionOf(setting, FIRST),
      await decisionOf(setting, SECOND, { status: "unavailable", reason: "notNeeded" }),
    ];
    const take = (): Promise<void> =>
      database.transaction((transaction) =>
        wantUnknown(transaction, SANDBOX, decisions, { now: clock.now() }),
      );
    await take();
    expect((await readQueue(setting)).waiting).toEqual({ ...NOBODY_WAITS, unknown: 1, outcome: 1 });
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 2, getTransactionHistory: 1 });
    const taken = setting.news.filter(({ pseudonym }) => pseudonym === ids.pseudonymOf(FIRST));
    expect(taken.map(({ source, status }) => [source, status])).toContainEqual(["status", 1]);
    expect(taken.at(-1)).toMatchObject({ source: "history", isWholeHistory: true });
    expect(ids.open(SANDBOX, ids.pseudonymOf(FIRST), taken[0]?.sealedId ?? "")).toBe(FIRST);
    const rows = await setting.rows();
    expect(rows.map((row) => [row.next_at, row.sealed_id, row.decision_sealed_id])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    // Known by now: whatever runtimes have not heard yet costs no call.
    clock.advance(24 * HOUR_MS);
    await take();
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 2, getTransactionHistory: 1 });
  });

  test("who was asked about within 6 hours waits until they are over", async () => {
    const setting = await open(engine);
    await want(setting, [FIRST]);
    await setting.run();
    await want(setting, [FIRST]);
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 1 });
    expect((await readQueue(setting)).waiting).toMatchObject({ outcome: 1 });
    setting.clock.advance(6 * HOUR_MS);
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 2 });
    expect((await readQueue(setting)).waiting).toEqual(NOBODY_WAITS);
  });

  test("who needs a status signed after the last fetch is asked about at once, and then not again", async () => {
    const setting = await open(engine);
    const { clock } = setting;
    await want(setting, [FIRST, SECOND]);
    await setting.run();
    clock.advance(HOUR_MS);
    // Waits for what was fetched to be old; then it turns out that this is not enough.
    await want(setting, [FIRST]);
    await want(setting, [FIRST, SECOND], "outcome", clock.now() - 1);
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 4 });
    clock.advance(HOUR_MS);
    await want(setting, [FIRST, SECOND], "outcome", clock.now() - HOUR_MS - 1000);
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 4 });
    expect((await readQueue(setting)).waiting).toMatchObject({ outcome: 2 });
  });

  test("who is more urgent is asked about first, also who waits already for less", async () => {
    const setting = await open(engine);
    const last = MANY.at(-1) ?? "";
    await want(setting, MANY);
    await want(setting, [last], "unknown");
    expect((await readQueue(setting)).waiting).toMatchObject({
      unknown: 1,
      outcome: MANY.length - 1,
    });
    // Wanted for less meanwhile: the more urgent reason stays.
    await want(setting, [last]);
    expect((await readQueue(setting)).waiting).toMatchObject({
      unknown: 1,
      outcome: MANY.length - 1,
    });
    await setting.run();
    const order = setting.news.map(({ pseudonym }) => pseudonym);
    // Asked first; of the eight that are asked at once it may be answered last.
    expect(order.indexOf(setting.ids.pseudonymOf(last))).toBeLessThan(8);
    expect(order).toHaveLength(MANY.length);
  });

  test("a 429 pauses the place until Apple's time, and loses nobody", async () => {
    const setting = await open(engine);
    emulator.faults.set([
      {
        kind: "error",
        errorCode: 4_290_000,
        retryInMs: 120_000,
        operation: "getAllSubscriptionStatuses",
        skip: 10,
      },
    ]);
    await want(setting, MANY);
    await setting.run();
    const { getAllSubscriptionStatuses: asked = 0 } = setting.asked();
    // Those that were on their way when the first 429 came got one as well.
    expect(asked).toBeLessThanOrEqual(10 + 8);
    const { pausedUntil = 0, lastProblem, waiting } = await readQueue(setting);
    expect(Math.abs(pausedUntil - Date.now() - 120_000)).toBeLessThan(10_000);
    expect(lastProblem).toMatchObject({ code: "RateLimitExceededError" });
    expect(waiting).toMatchObject({ outcome: MANY.length - 10 });
    const since = async () => {
      const queues = setting.database.queries.selectFrom("status_queues");
      return (await queues.select("paused_since").executeTakeFirst())?.paused_since;
    };
    expect(await since()).toBeGreaterThan(Date.now() - 10_000);
    emulator.faults.clear();
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: asked });
    setting.clock.advance(121_000);
    await setting.run();
    expect((await readQueue(setting)).waiting).toEqual(NOBODY_WAITS);
    expect(await since()).toBeNull();
    expect(new Set(setting.news.map(({ pseudonym }) => pseudonym)).size).toBe(MANY.length);
    expect(setting.news).toHaveLength(MANY.length);
  });

  test("a process that dies goes on in the next, asking again for what was under way alone", async () => {
    const setting = await open(engine);
    const { database } = setting;
    await want(setting, MANY);
    let committed = 0;
    const dying: typeof database = {
      ...database,
      queries: database.queries,
      async transaction(act) {
        if (committed >= 10) throw new Error("the process has ended");
        const result = await database.transaction(act);
        committed += 1;
        return result;
      },
    };
    await expect(setting.run({ database: dying })).rejects.toThrow("the process has ended");
    expect((await readQueue(setting)).waiting).toMatchObject({ outcome: MANY.length - committed });
    await setting.run();
    expect((await readQueue(setting)).waiting).toEqual(NOBODY_WAITS);
    const { getAllSubscriptionStatuses: asked = 0 } = setting.asked();
    expect(asked).toBeGreaterThanOrEqual(MANY.length);
    expect(asked).toBeLessThanOrEqual(MANY.length + 8);
  });

  test("what Apple's chain did not sign changes nothing, and is told", async () => {
    const other = await startSubscribedStore();
    const { rootCertificatePem: root } = other;
    await other.close();
    const setting = await open(engine, { root });
    await want(setting, [FIRST], "unknown");
    await setting.run();
    expect(setting.news).toEqual([]);
    const { lastProblem, waiting } = await readQueue(setting);
    expect(lastProblem).toMatchObject({ code: "ROOT_UNTRUSTED" });
    expect(waiting).toMatchObject({ unknown: 1 });
    const [row] = await setting.rows();
    expect(row).toMatchObject({ attempts: 1, problem: "ROOT_UNTRUSTED", fetched_at: null });
    // Not again at once.
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 1 });
  });

  test("two processes ask for each subscription once", async () => {
    const setting = await open(engine);
    await want(setting, MANY);
    const runners = [0, 1].map(() =>
      createJobRunner({
        database: setting.database,
        kinds: statusesJobs(setting.means),
        pollMs: 5,
      }),
    );
    await Promise.all(runners.map((runner) => runner.start()));
    await expect.poll(() => readQueue(setting)).toMatchObject({ waiting: NOBODY_WAITS });
    await Promise.all(runners.map((runner) => runner.stop()));
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: MANY.length });
  });

  test("who is erased while Apple is asked is not known again", async () => {
    const setting = await open(engine);
    const { database, ids, means } = setting;
    await want(setting, [FIRST]);
    const pseudonym = ids.pseudonymOf(FIRST);
    const appStoreServer: typeof means.clients.appStoreServer = async (...client) => {
      const real = await means.clients.appStoreServer(...client);
      return {
        ...real,
        async getAllSubscriptionStatuses(...call) {
          const answer = await real.getAllSubscriptionStatuses(...call);
          await database.transaction((transaction) =>
            eraseWantedOf(transaction, SANDBOX, [pseudonym]),
          );
          return answer;
        },
      };
    };
    await setting.run({ clients: { appStoreServer } });
    expect(setting.news).toHaveLength(1);
    expect(await setting.rows()).toEqual([]);
    const known = await database.queries.selectFrom("subscribers").selectAll().execute();
    expect(known).toEqual([]);
  });
});
