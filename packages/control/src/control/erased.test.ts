import { describe, expect, test } from "vitest";
import { ingestDecisions, keptMsOf } from "../decisions/index.ts";
import { testRecord } from "../decisions/testing/test-decisions.ts";
import { outcomeJobs } from "../outcomes/index.ts";
import { wantStatuses } from "../statuses/index.ts";
import { whileBusy } from "../storage/index.ts";
import { engines, postgresEngines } from "../storage/testing/engines.ts";
import { newsOf } from "../subscribers/index.ts";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { NOW, openTestSubscribers, PLACE } from "../subscribers/testing/test-subscribers.ts";
import type { TestSubscribers } from "../subscribers/testing/test-subscribers.ts";

const SUBSCRIBERS = "/v1/apps/yoga/environments/sandbox/subscribers";
const DAY_MS = 86_400_000;

/** What Apple tells of a transaction of a subscription, as a notification or a status tells it. */
function told(
  { ids }: TestSubscribers,
  [originalTransactionId, transactionId]: readonly [string, string],
  frame: { readonly signedDate: number; readonly wantedAt?: number },
): SubscriptionNews {
  const { signedDate, wantedAt } = frame;
  const transaction = {
    originalTransactionId,
    transactionId,
    productId: "plain.monthly",
    purchaseDate: NOW - DAY_MS,
    expiresDate: NOW + 29 * DAY_MS,
    signedDate,
  };
  const renewalInfo = { originalTransactionId, signedDate, autoRenewStatus: 1 };
  const news = newsOf(
    { originalTransactionId, transaction, renewalInfo },
    { ids, place: PLACE, frame: { source: "status", signedDate, status: 1 } },
  );
  return wantedAt === undefined ? news : { ...news, wantedAt };
}

function take(stage: TestSubscribers, ...news: readonly SubscriptionNews[]): Promise<void> {
  const { database, streams } = stage;
  return whileBusy(() =>
    database.transaction((transaction) => streams.takeNews(transaction, PLACE, news)),
  );
}

/** Ships decisions about subscriptions, each of its time. */
function ship(stage: TestSubscribers, ...about: readonly (readonly [string, number])[]) {
  const { database, streams, ids, clock } = stage;
  const { subject } = testRecord();
  const decisions = about.map(([id, requestedAt]) =>
    testRecord({ requestedAt, subject: { ...subject, pseudonym: ids.pseudonymOf(id) } }),
  );
  const means = { database, streams, keptMs: keptMsOf() };
  return ingestDecisions(means, { decisions, apps: "all", now: clock.now });
}

async function erase({ control }: TestSubscribers, who: object): Promise<number> {
  return (await control.call("POST /v1/apps/yoga/subscribers/erase", who)).status;
}

function put({ control }: TestSubscribers, ...entries: readonly object[]) {
  return control.call(`POST ${SUBSCRIBERS}/attributes`, { entries });
}

/** Who has attributes. */
async function owners({ database }: TestSubscribers): Promise<readonly string[]> {
  const rows = await database.queries.selectFrom("subscriber_attributes").select("owner").execute();
  return rows.map(({ owner }) => owner).toSorted();
}

/** How many rows of anything but attributes subscriptions have. */
async function rowsOf({ database, ids }: TestSubscribers, ...all: readonly string[]) {
  const { queries } = database;
  const names = all.map((id) => ids.pseudonymOf(id));
  const tables = ["subscribers", "subscriber_histories", "decisions", "outcome_units"] as const;
  const subjects = ["outcome_subjects", "outcome_signals", "transaction_owners"] as const;
  const wanted = await queries
    .selectFrom("wanted_statuses")
    .where("subject", "in", names)
    .select("step")
    .execute();
  let count = wanted.length;
  for (const table of [...tables, ...subjects]) {
    const rows = await queries
      .selectFrom(table)
      .where("pseudonym", "in", names)
      .select("app")
      .execute();
    count += rows.length;
  }
  return count;
}

describe.each(await engines())("a subscription that was erased, on $name", (engine) => {
  test("is not known again by what was told, asked or decided of it before", async () => {
    const stage = await openTestSubscribers(engine);
    const { clock, ids, database } = stage;
    await stage.subscribe(["100"]);
    await put(stage, { transactionId: "102", attributes: { plan_usage: 1 } });
    expect(await ship(stage, ["100", NOW - 2])).toMatchObject({ new: 1 });
    clock.now += 10;
    expect(await erase(stage, { originalTransactionId: "100" })).toBe(200);
    clock.now += 10;
    expect(await rowsOf(stage, "100")).toBe(0);

    // Under the name of a later transaction something still waits, of which nobody knew whose it is.
    expect([await rowsOf(stage, "102"), await owners(stage)]).toEqual([
      1,
      [ids.pseudonymOf("102")],
    ]);
    await take(stage, told(stage, ["100", "102"], { signedDate: clock.now, wantedAt: NOW }));
    await take(stage, told(stage, ["100", "101"], { signedDate: NOW + 9 }));
    expect(await ship(stage, ["100", NOW + 9])).toMatchObject({ new: 0, repeated: 1 });
    expect(await rowsOf(stage, "100")).toBe(0);
    expect([await rowsOf(stage, "102"), await owners(stage)]).toEqual([1, []]);
    expect(
      await database.queries.selectFrom("wanted_statuses").select("subject").execute(),
    ).toEqual([{ subject: ids.pseudonymOf("102") }]);

    // What happens later makes it known again.
    await take(stage, told(stage, ["100", "103"], { signedDate: NOW + 11 }));
    expect(await ship(stage, ["100", NOW + 11], ["200", NOW])).toMatchObject({ new: 2 });
    expect(await rowsOf(stage, "100")).toBeGreaterThan(3);
  });

  test("is asked about again when somebody wants it after that", async () => {
    const stage = await openTestSubscribers(engine);
    const { clock, database, ids } = stage;
    await put(stage, { transactionId: "101", attributes: { plan_usage: 1 } });
    await erase(stage, { originalTransactionId: "100" });
    clock.now += 10;
    const pseudonym = ids.pseudonymOf("101");
    await database.queries.updateTable("wanted_statuses").set({ next_at: null }).execute();
    await database.transaction((transaction) =>
      wantStatuses(transaction, PLACE, [{ pseudonym, reason: "outcome" }], { now: clock.now }),
    );
    const rows = await database.queries.selectFrom("wanted_statuses").select("wanted_at").execute();
    expect(rows).toEqual([{ wanted_at: clock.now }]);
    await take(stage, told(stage, ["100", "101"], { signedDate: clock.now, wantedAt: clock.now }));
    // What was said of it before the erasure is gone all the same.
    expect([await rowsOf(stage, "100"), await owners(stage)]).toEqual([5, []]);
  });
});

describe.each(await postgresEngines())("at the same moment, on $name", (engine) => {
  test("erasures, news, decisions, attribution and attributes end, and nothing erased is left", async () => {
    const stage = await openTestSubscribers(engine);
    const { clock, database } = stage;
    const [job] = outcomeJobs({ database, now: () => NOW + 5 * DAY_MS });
    const attribute = () =>
      whileBusy(async () => {
        await job?.run({ id: "job", payload: null, attempt: 1, signal: AbortSignal.any([]) });
      });
    const people = Array.from({ length: 12 }, (_, index) => String(100 + index));
    const account = "7e3fb20b-4cdb-47cc-936d-99d65f608138";
    clock.now = NOW + 100;
    for (let round = 0; round < 6; round += 1) {
      for (const id of people) await stage.subscribe([id], account);
      const at = NOW + round;
      const mixed = people.toSorted(
        (one, other) => ((Number(one) * 7) % 13) - ((Number(other) * 7) % 13),
      );
      const [statuses] = await Promise.all([
        Promise.all([
          erase(stage, { appAccountToken: account }),
          ...mixed.slice(0, 6).map((id) => erase(stage, { originalTransactionId: id })),
        ]),
        take(stage, ...mixed.map((id) => told(stage, [id, `${id}5`], { signedDate: at }))),
        take(stage, ...people.map((id) => told(stage, [id, `${id}6`], { signedDate: at }))),
        ship(stage, ...people.map((id) => [id, at] as const)),
        ship(stage, ...mixed.map((id) => [id, at] as const)),
        attribute(),
        ...mixed.map((id) =>
          put(stage, { transactionId: `${id}5`, attributes: { plan_usage: round } }),
        ),
      ]);
      expect(statuses).toEqual(statuses.map(() => 200));
      // Some came before their erasure, and the others not at all.
      for (const id of mixed) expect(await rowsOf(stage, id)).toBe(0);
      clock.now += 1;
    }
    const { queries } = database;
    const units = await queries.selectFrom("outcome_units").selectAll().execute();
    const counts = await queries.selectFrom("outcome_counts").selectAll().execute();
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(units.length);
  }, 30_000);

  test("what is said of transactions while it becomes known whose they are is there", async () => {
    const stage = await openTestSubscribers(engine);
    const { ids } = stage;
    for (let round = 0; round < 12; round += 1) {
      const [first, later] = [`${round}0`, `${round}1`];
      await Promise.all([
        put(stage, { transactionId: later, attributes: { plan_usage: round } }),
        take(stage, told(stage, [first, later], { signedDate: NOW })),
      ]);
      expect(await owners(stage)).toContain(ids.pseudonymOf(first));
      expect(await owners(stage)).not.toContain(ids.pseudonymOf(later));
    }
  });

  test("a decision that is being taken in while its subscription is erased is not taken", async () => {
    const stage = await openTestSubscribers(engine);
    const { database, streams, clock, ids } = stage;
    const { subject } = testRecord();
    const theirs = { ...subject, pseudonym: ids.pseudonymOf("100") };
    const decision = testRecord({ requestedAt: NOW - 1, subject: theirs });
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: typeof streams = {
      ...streams,
      async takeDecisions(...taken) {
        begun.resolve();
        await ended.promise;
        await streams.takeDecisions(...taken);
      },
    };
    const means = { database, streams: slow, keptMs: keptMsOf() };
    const batch = { decisions: [decision], apps: "all", now: clock.now } as const;
    const ingested = ingestDecisions(means, batch);
    await begun.promise;
    expect(await erase(stage, { originalTransactionId: "100" })).toBe(200);
    ended.resolve();
    expect(await ingested).toEqual({ new: 0, repeated: 1, refused: [] });
    expect(await rowsOf(stage, "100")).toBe(0);
  });
});
