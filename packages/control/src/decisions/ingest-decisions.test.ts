import type { DecisionRecord } from "@holdfast/runtime/wire";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import type { StorageDatabase } from "../storage/create-database.ts";
import { engines, openTestDatabase, openTestDatabaseAt } from "../storage/testing/engines.ts";
import { eraseDecisionsOf, ingestDecisions, keptMsOf } from "./index.ts";
import { killIngesting } from "./testing/killed-ingesting.ts";
import { collectingStream, NOON, testRecord } from "./testing/test-decisions.ts";
import { dayOf } from "./tally-decisions.ts";

const KEPT_MS = keptMsOf();

function ingest(
  database: StorageDatabase,
  decisions: readonly unknown[],
  {
    streams = collectingStream(),
    now = NOON,
  }: { streams?: ReturnType<typeof collectingStream>; now?: number } = {},
) {
  return ingestDecisions({ database, streams, keptMs: KEPT_MS }, { decisions, apps: "all", now });
}

async function counted({ queries }: StorageDatabase): Promise<number> {
  const rows = await queries.selectFrom("decision_counts").select("count").execute();
  return rows.reduce((sum, { count }) => sum + count, 0);
}

async function stored({ queries }: StorageDatabase): Promise<readonly string[]> {
  const rows = await queries.selectFrom("decisions").select("request_identifier").execute();
  return rows.map((row) => row.request_identifier).toSorted();
}

/** Decisions with the rules, arms, messages and states that a property needs few of. */
const someRecord: fc.Arbitrary<DecisionRecord> = fc
  .record({
    id: fc.nat(30),
    rule: fc.constantFrom(undefined, "one", "two"),
    arm: fc.constantFrom(undefined, "a", "b"),
    day: fc.nat(2),
    deviation: fc.constantFrom(undefined, "budgetExceeded" as const),
    state: fc.constantFrom("late", "notFound", "found"),
    storefront: fc.constantFrom(undefined, null, "USA"),
  })
  .map(({ id, rule, arm, day, deviation, state, storefront }) => {
    const usual = testRecord();
    const attributes = storefront === undefined ? {} : { storefront };
    return testRecord({
      requestIdentifier: `request-${id}-${day}`,
      requestedAt: NOON - day * 86_400_000,
      source: rule === undefined ? "fallback" : "rule",
      ...(rule === undefined ? {} : { rule }),
      ...(arm === undefined ? {} : { experiment: { key: "e", arm } }),
      ...(deviation === undefined ? {} : { deviation }),
      subject: {
        ...usual.subject,
        subscriber:
          state === "found"
            ? { status: state, state: { attributes, previousDecisions: { rules: {}, offers: {} } } }
            : state === "late"
              ? { status: "unavailable", reason: state }
              : { status: "notFound" },
      },
    });
  });

/** The counts, by hand: the first of each request counts. */
function recount(records: readonly DecisionRecord[]) {
  const firsts = new Map<string, DecisionRecord>();
  for (const record of records) {
    if (!firsts.has(record.requestIdentifier)) firsts.set(record.requestIdentifier, record);
  }
  const counts: Record<string, number> = {};
  const add = (key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);
  for (const { requestedAt, rule, experiment, deviation, subject } of firsts.values()) {
    const day = dayOf(requestedAt);
    add(`${day} ${rule ?? ""} ${experiment?.arm ?? ""} ${deviation ?? ""}`);
    const { subscriber } = subject;
    add(`${day} ${subscriber.status === "unavailable" ? subscriber.reason : subscriber.status}`);
    if (subscriber.status !== "found") continue;
    const { storefront } = subscriber.state.attributes;
    if (storefront === undefined) continue;
    add(`${day} storefront ${storefront === null ? "absent" : "known"}`);
  }
  return counts;
}

async function countsOf({ queries }: StorageDatabase) {
  const counts: Record<string, number> = {};
  for (const row of await queries.selectFrom("decision_counts").selectAll().execute()) {
    counts[`${row.day} ${row.rule} ${row.arm} ${row.deviation}`] = row.count;
  }
  for (const row of await queries.selectFrom("decision_lookups").selectAll().execute()) {
    counts[`${row.day} ${row.ending}`] = row.count;
  }
  for (const row of await queries.selectFrom("attribute_counts").selectAll().execute()) {
    if (row.attribute !== "storefront") continue;
    if (row.known > 0) counts[`${row.day} storefront known`] = row.known;
    if (row.absent > 0) counts[`${row.day} storefront absent`] = row.absent;
  }
  return counts;
}

describe.each(await engines())("on $name", (engine) => {
  test("ingestDecisions() takes each decision once, however often and by how many it is sent", async () => {
    const database = await openTestDatabase(engine);
    await openTestPublishing(database);
    const records = Array.from({ length: 60 }, () => testRecord());
    const streams = collectingStream();
    const batches = [records.slice(0, 40), records.slice(20), records.toReversed(), records];
    const ended = await Promise.all(batches.map((batch) => ingest(database, batch, { streams })));
    expect(ended.reduce((sum, end) => sum + end.new, 0)).toBe(60);
    expect(ended.reduce((sum, end) => sum + end.new + end.repeated, 0)).toBe(200);
    const identifiers = records.map((record) => record.requestIdentifier).toSorted();
    expect(streams.taken.toSorted()).toEqual(identifiers);
    expect(await stored(database)).toEqual(identifiers);
    expect(await counted(database)).toBe(60);
    expect(await ingest(database, records)).toEqual({ new: 0, repeated: 60, refused: [] });
    expect(await counted(database)).toBe(60);
  });

  test("counts equal a recount of what was sent, in any batches and repeated", async () => {
    const database = await openTestDatabase(engine);
    await openTestPublishing(database);
    const { queries } = database;
    const batches = fc.array(fc.array(someRecord, { maxLength: 12 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        for (const table of [
          "decisions",
          "decision_counts",
          "decision_lookups",
          "attribute_counts",
        ] as const) {
          await queries.deleteFrom(table).execute();
        }
        for (const batch of sent) await ingest(database, batch);
        expect(await countsOf(database)).toEqual(recount(sent.flat()));
      }),
      { numRuns: 20 },
    );
  });

  test("ingestDecisions() refuses what it cannot take, and takes the rest", async () => {
    const database = await openTestDatabase(engine);
    await openTestPublishing(database);
    const good = testRecord();
    const sent: readonly unknown[] = [
      "no record",
      { ...testRecord(), format: "holdfast.decision/2" },
      good,
      testRecord({ app: "gone" }),
      testRecord({ requestedAt: NOON - KEPT_MS - 1 }),
      testRecord({ requestedAt: NOON - KEPT_MS }),
      testRecord({ requestedAt: NOON + 86_400_001 }),
      { ...testRecord(), rule: "a\u0000b" },
      { ...testRecord({ requestIdentifier: "7d9e" }), source: "guess" },
      { ...testRecord(), more: "x".repeat(70_000) },
      { ...testRecord(), more: { of: "a newer release" } },
    ];
    const ended = await ingest(database, sent);
    expect(ended).toMatchObject({ new: 3, repeated: 0 });
    expect(ended.refused.map(({ index, code }) => [index, code])).toEqual([
      [0, "MALFORMED"],
      [1, "FORMAT_UNKNOWN"],
      [3, "APP_UNKNOWN"],
      [4, "TOO_OLD"],
      [6, "IN_FUTURE"],
      [7, "MALFORMED"],
      [8, "MALFORMED"],
      [9, "MALFORMED"],
    ]);
    expect(ended.refused.find(({ index }) => index === 8)?.requestIdentifier).toBe("7d9e");
    const covered = await ingestDecisions(
      { database, streams: collectingStream(), keptMs: KEPT_MS },
      { decisions: [testRecord()], apps: ["other"], now: NOON },
    );
    expect(covered.refused).toMatchObject([{ code: "APP_UNKNOWN" }]);
  });

  test("a process killed inside the transaction leaves nothing, one killed after it everything", async () => {
    const place = await engine.migratedPlace();
    const records = Array.from({ length: 20 }, () => testRecord());
    const prepare = await openTestDatabaseAt(place);
    await openTestPublishing(prepare);
    await prepare.close();
    for (const [killAt, left] of [
      ["inside", 0],
      ["after", 20],
    ] as const) {
      expect(await killIngesting({ place, records, now: NOON, killAt })).toBe("SIGKILL");
      const database = await openTestDatabaseAt(place);
      expect([await counted(database), (await stored(database)).length]).toEqual([left, left]);
      await database.close();
    }
    const database = await openTestDatabaseAt(place);
    expect(await ingest(database, records)).toEqual({ new: 0, repeated: 20, refused: [] });
    expect(await counted(database)).toBe(20);
  });

  test("eraseDecisionsOf() deletes a subscription's decisions of all days, and no counts", async () => {
    const database = await openTestDatabase(engine);
    await openTestPublishing(database);
    const { subject } = testRecord();
    const theirs = { ...subject, pseudonym: "theirs" };
    const days = [0, 1, 40].map((ago) =>
      testRecord({ subject: theirs, requestedAt: NOON - ago * 86_400_000 }),
    );
    const other = testRecord();
    await ingest(database, [...days, other]);
    const erase = (environment: "sandbox" | "production") =>
      database.transaction((transaction) =>
        eraseDecisionsOf(transaction, { app: "yoga", environment }, ["theirs"]),
      );
    expect(await erase("production")).toBe(0);
    expect(await erase("sandbox")).toBe(3);
    expect(await stored(database)).toEqual([other.requestIdentifier]);
    expect(await counted(database)).toBe(4);
  });
});
