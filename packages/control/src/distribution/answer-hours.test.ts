import { describe, expect, test } from "vitest";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { HOUR_MS, hourOf, mergeCounts, readAnswerHours } from "./answer-hours.ts";
import { forgetRuntimesJob, keepReport, listLostRuntimes } from "./runtimes.ts";
import type { RuntimeReport } from "./runtimes.ts";
import type { AnswerCounts } from "./tables.ts";

const NOTHING = { answered: 0, fallback: 0, deferred: 0, refused: 0, unavailable: 0 };
const PLACE = { app: "yoga", environment: "production" } as const;
const START = 500_000 * HOUR_MS;

describe.each(await engines())("on $name", (engine) => {
  async function open() {
    const { database } = await openTestPublishing(await openTestDatabase(engine));
    return {
      database,
      report: (
        answers: Partial<AnswerCounts> | undefined,
        { at = START, ...change }: Partial<RuntimeReport> & { readonly at?: number } = {},
      ) => {
        const served = { ...PLACE, sequence: 1, stopListSequence: 0 };
        const counted = answers === undefined ? {} : { answers: { ...NOTHING, ...answers } };
        return database.transaction((transaction) =>
          keepReport(transaction, {
            id: "one",
            token: "t",
            host: "node",
            release: "0.0.0",
            startedAt: START,
            serves: [{ ...served, ...counted }],
            reportedAt: at,
            ...change,
          }),
        );
      },
      hours: (from = 0) => readAnswerHours(database.queries, PLACE, from),
    };
  }

  test("keepReport() adds what was counted since the last report to its hour", async () => {
    const { report, hours } = await open();
    await report({ answered: 10, fallback: 1 });
    await report({ answered: 15, fallback: 1, lastRequestAt: START + 50 }, { at: START + 60 });
    await report({ answered: 15, fallback: 1, lastRequestAt: START + 50 }, { at: START + 70 });
    await report({ answered: 16, unavailable: 2 }, { at: START + HOUR_MS });
    const known = { ...NOTHING, lastRequestAt: 0 };
    expect(await hours()).toEqual([
      { ...known, hour: START, answered: 15, fallback: 1, lastRequestAt: START + 50 },
      {
        ...known,
        hour: START + HOUR_MS,
        answered: 1,
        unavailable: 2,
        lastRequestAt: START + 50,
      },
    ]);
    expect(await hours(START + 1)).toHaveLength(1);
  });

  test("keepReport() adds up all runtimes, and a runtime's runs", async () => {
    const { report, hours } = await open();
    await report({ answered: 10 });
    await report({ answered: 7, deferred: 3 }, { id: "two" });
    // It began anew, so that it counts from zero.
    await report({ answered: 4 }, { startedAt: START + 1 });
    expect(await hours()).toMatchObject([{ answered: 21, deferred: 3 }]);
  });

  test("keepReport() counts nothing twice when reports come in another order", async () => {
    const { report, hours } = await open();
    await report({ answered: 20 });
    await report({ answered: 10 });
    expect(await hours()).toMatchObject([{ answered: 20 }]);
    await report({ answered: 25 });
    expect(await hours()).toMatchObject([{ answered: 25 }]);
  });

  test("keepReport() counts reports that come at the same time once", async () => {
    const { report, hours } = await open();
    await Promise.all(Array.from({ length: 8 }, () => report({ answered: 5 })));
    expect(await hours()).toMatchObject([{ answered: 5 }]);
  });

  test("keepReport() counts what a runtime answered until it stopped", async () => {
    const { report, hours } = await open();
    await report({ answered: 5 });
    await report({ answered: 8 }, { isStopping: true });
    expect(await hours()).toMatchObject([{ answered: 8 }]);
  });

  test("keepReport() does not count again what a forgotten runtime counted long ago", async () => {
    const { report, hours } = await open();
    const at = START + 30 * HOUR_MS;
    await report({ answered: 1000 }, { at });
    expect(await hours()).toEqual([]);
    await report({ answered: 1001 }, { at });
    expect(await hours()).toMatchObject([{ answered: 1 }]);
  });

  test("keepReport() takes a runtime that does not count, and one whose clock is ahead", async () => {
    const { report, hours } = await open();
    await report(undefined);
    expect(await hours()).toEqual([]);
    await report({ answered: 1, lastRequestAt: START + HOUR_MS });
    expect(await hours()).toMatchObject([{ lastRequestAt: START }]);
  });

  test("keepReport() passes over an app that is not there", async () => {
    const { report, database } = await open();
    const serves = [
      {
        app: "golf",
        environment: "sandbox",
        sequence: 0,
        stopListSequence: 0,
        answers: { ...NOTHING, answered: 3 },
      } as const,
    ];
    await report(undefined, { serves });
    const rows = await database.queries.selectFrom("answer_hours").select("app").execute();
    expect(rows).toEqual([]);
  });

  test("keepReport() takes nothing from another token", async () => {
    const { report, hours } = await open();
    await report({ answered: 1 });
    await expect(report({ answered: 9 }, { token: "other" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await hours()).toMatchObject([{ answered: 1 }]);
  });

  test("listLostRuntimes() has those that say nothing any more, until they are forgotten", async () => {
    const { report, database } = await open();
    await report({ answered: 1 });
    const lostAt = async (after: number) =>
      (await listLostRuntimes(database.queries, START + after)).map(({ id }) => id);
    expect(await lostAt(10 * 60_000)).toEqual([]);
    expect(await lostAt(10 * 60_000 + 1)).toEqual(["one"]);
    const forget = async (after: number) => {
      const job = forgetRuntimesJob({ database, now: () => START + after });
      const { signal } = new AbortController();
      await job.run({ id: "job", payload: null, attempt: 1, signal });
    };
    await forget(24 * HOUR_MS + 1);
    expect(await lostAt(24 * HOUR_MS + 1)).toEqual([]);
    const hours = () => readAnswerHours(database.queries, PLACE, 0);
    expect(await hours()).toHaveLength(1);
    await forget(36 * 24 * HOUR_MS);
    expect(await hours()).toEqual([]);
  });
});

test("hourOf() returns when the hour began", () => {
  expect([START, START + 1, START + HOUR_MS - 1].map(hourOf)).toEqual([START, START, START]);
});

test("mergeCounts() keeps each count as far as it got", () => {
  const before = { ...NOTHING, answered: 5, refused: 2, lastRequestAt: 9 };
  const after = { ...NOTHING, answered: 7, refused: 1, lastRequestAt: 8 };
  const merged = { ...NOTHING, answered: 7, refused: 2, lastRequestAt: 9 };
  expect(mergeCounts(before, after)).toEqual(merged);
  expect(mergeCounts(undefined, after)).toBe(after);
  expect(mergeCounts(before, undefined)).toBe(before);
  expect(mergeCounts(NOTHING, NOTHING)).toEqual(NOTHING);
});
