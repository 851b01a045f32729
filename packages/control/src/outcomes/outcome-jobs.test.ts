import { describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { eraseOutcomesOf, outcomeJobs } from "./index.ts";
import { readOutcomeSettings, writeOutcomeSettings } from "./outcome-settings.ts";
import { decision, KEEP } from "./testing/decided.ts";
import { countUnits, openOutcomeWorld } from "./testing/outcome-world.ts";
import type { OutcomeWorld } from "./testing/outcome-world.ts";
import { notification, somethingElse, status } from "./testing/told.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight. */
const T = 1_800_000_000_000 - (1_800_000_000_000 % DAY);
const CLOSES = T + DAY;
const FALLBACK = `fallback keep message ${new Date(T).toISOString().slice(0, 10)}`;

const ON = { autoRenewStatus: 1, autoRenewProductId: "yoga.monthly" };
const OFF = { ...ON, autoRenewStatus: 0 };
const heard = [somethingElse(T - HOUR), somethingElse(CLOSES + 11 * MINUTE)];

function turnedOff(at: number, pseudonym = "ann") {
  const renewalInfo = OFF;
  return notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED", at, {
    pseudonym,
    renewalInfo,
  });
}

async function attributeAt(world: OutcomeWorld, now: number): Promise<readonly string[]> {
  world.clock.now = now;
  await world.attribute();
  return world.counts();
}

describe.each(await engines())("on $name", (engine) => {
  const open = async () => {
    const database = await openTestDatabase(engine);
    return { database, world: await openOutcomeWorld(database, { now: T }) };
  };

  test("decides a quarter of an hour after the window, and anew when something comes late", async () => {
    const { world } = await open();
    await world.decide(decision({ at: T }), decision({ at: T, pseudonym: "bob" }));
    await world.tell(...heard);
    const isOpen = [`${FALLBACK} open/open 2`];
    expect(await attributeAt(world, CLOSES + 15 * MINUTE - 1)).toEqual(isOpen);
    expect(await attributeAt(world, CLOSES + 15 * MINUTE)).toEqual([`${FALLBACK} kept/open 2`]);
    expect(await world.wanted()).toEqual([]);
    await world.tell(turnedOff(CLOSES, "bob"), turnedOff(CLOSES + 1));
    const late = [`${FALLBACK} cancelled/open 1`, `${FALLBACK} kept/open 1`];
    expect(await attributeAt(world, CLOSES + 20 * DAY)).toEqual(late);
    await world.tell(turnedOff(T + 1));
    expect(await attributeAt(world, T + 90 * DAY)).toEqual(late);
  });

  test("has a status fetched where no notifications come, and waits three days for it", async () => {
    const { world } = await open();
    await world.decide(...["ann", "bob", "cyd"].map((pseudonym) => decision({ at: T, pseudonym })));
    const isOpen = [`${FALLBACK} open/open 3`];
    expect(await attributeAt(world, CLOSES + 15 * MINUTE)).toEqual(isOpen);
    expect(await world.wanted()).toEqual(["ann", "bob", "cyd"]);
    await world.tell(status(CLOSES + HOUR, { renewalInfo: ON }));
    await world.tell(status(CLOSES + HOUR, { pseudonym: "bob", renewalInfo: OFF }));
    const known = [`${FALLBACK} cancelled/open 1`, `${FALLBACK} kept/open 1`];
    expect(await attributeAt(world, CLOSES + 3 * DAY - 1)).toEqual([
      ...known,
      `${FALLBACK} open/open 1`,
    ]);
    expect(await attributeAt(world, CLOSES + 3 * DAY)).toEqual([
      ...known,
      `${FALLBACK} unknown/open 1`,
    ]);
    // Apple's history tells later that notifications did come.
    await world.tell(...heard);
    expect(await attributeAt(world, CLOSES + 6 * DAY)).toEqual([
      `${FALLBACK} cancelled/open 1`,
      `${FALLBACK} kept/open 2`,
    ]);
  });

  test("gives a unit to an earlier request that arrives later, with its day, arm and message", async () => {
    const { world } = await open();
    const experiment = { source: "rule", rule: "r" } as const;
    const ofArm = (arm: string, at: number) =>
      decision({
        ...experiment,
        experiment: { key: "x", arm },
        at,
        delivered: { ...KEEP, message: arm },
      });
    await world.decide(ofArm("b", T + DAY));
    await world.tell(...heard, turnedOff(T + 2 * HOUR), somethingElse(CLOSES + DAY + HOUR));
    expect(await attributeAt(world, CLOSES + 2 * DAY)).toMatchObject([
      /^experiment:x r b b .* unknown/,
    ]);
    await world.decide(ofArm("a", T), ofArm("c", T + HOUR));
    expect(await world.counts()).toMatchObject([/^experiment:x r a a .* open\/open 1$/]);
    expect(await attributeAt(world, CLOSES + 2 * DAY)).toMatchObject([
      /^experiment:x r a a .* cancelled/,
    ]);
    expect(await world.units()).toMatchObject([
      { arm: "a", exposed_at: T, outcome_at: T + 2 * HOUR },
    ]);
  });

  test("asks how renewals went when a period has ended, and adds up what they paid", async () => {
    const { world } = await open();
    await world.decide(decision({ at: T }), decision({ at: T, pseudonym: "bob" }));
    const ends = T + 10 * DAY;
    const period = { purchaseDate: T - 20 * DAY, expiresDate: ends };
    await world.tell(
      ...heard,
      ...["ann", "bob"].map((pseudonym) => status(T - HOUR, { pseudonym, transaction: period })),
    );
    await attributeAt(world, ends + DAY - 1);
    expect(await world.wanted()).toEqual([]);
    await world.tell(
      notification("DID_RENEW", ends + 5, {
        transaction: {
          purchaseDate: ends,
          expiresDate: ends + 30 * DAY,
          transactionReason: "RENEWAL",
          price: 9990,
          currency: "USD",
        },
      }),
    );
    expect(await attributeAt(world, ends + DAY)).toEqual([
      `${FALLBACK} kept/open 1`,
      `${FALLBACK} kept/renewed 1`,
    ]);
    expect(await world.wanted()).toEqual(["bob"]);
    expect(await world.revenue()).toEqual([`${FALLBACK} USD 9990 of 1`]);
    await world.tell(notification("REFUND", ends + DAY, { transaction: { purchaseDate: ends } }));
    await attributeAt(world, ends + 2 * DAY);
    expect(await world.revenue()).toEqual([`${FALLBACK} USD 0 of 1`]);
    const transaction = { purchaseDate: ends };
    await world.tell(notification("REFUND_REVERSED", ends + 60 * DAY, { transaction }));
    await attributeAt(world, ends + 61 * DAY);
    expect(await world.revenue()).toEqual([`${FALLBACK} USD 0 of 1`]);
    expect(await world.counts()).toEqual([
      `${FALLBACK} kept/renewed 1`,
      `${FALLBACK} kept/unknown 1`,
    ]);
  });

  test("counts anew by another window, but for what is too old", async () => {
    const { database, world } = await open();
    const late = T + 40 * DAY;
    const hours = new Date(late).toISOString().slice(0, 10);
    const many = Array.from({ length: 210 }, (_, index) => `s${index}`);
    await world.decide(decision({ at: T }));
    await world.decide(...many.map((pseudonym) => decision({ at: late, pseudonym })));
    await world.tell(...heard, turnedOff(T + 2 * HOUR));
    await world.tell(...many.map((pseudonym) => turnedOff(late + 2 * HOUR, pseudonym)));
    const before = [
      `${FALLBACK} cancelled/open 1`,
      `fallback keep message ${hours} cancelled/open 210`,
    ];
    expect(await attributeAt(world, T + 90 * DAY)).toEqual(before);
    await database.transaction(async ({ queries }) => {
      const settings = await readOutcomeSettings(queries, world.place);
      await writeOutcomeSettings(queries, world.place, { before: settings, windowMs: HOUR });
    });
    const recounting = { windowMs: HOUR, version: 1, isRecounting: true };
    expect(await readOutcomeSettings(database.queries, world.place)).toEqual(recounting);
    await world.attribute({ diesAfter: 1 });
    await world.attribute();
    expect(await world.counts()).toEqual([
      `${FALLBACK} cancelled/open 1`,
      `fallback keep message ${hours} kept/open 210`,
    ]);
    expect((await readOutcomeSettings(database.queries, world.place)).isRecounting).toBe(false);
  });

  test("eraseOutcomesOf() leaves numbers, and nothing of whom they were of", async () => {
    const { database, world } = await open();
    await world.decide(decision({ at: T + HOUR }), decision({ at: T + 5 * DAY, pseudonym: "bob" }));
    await world.tell(...heard, turnedOff(T + 2 * HOUR), turnedOff(T, "bob"));
    await attributeAt(world, T + 5 * DAY);
    const [cancelled] = await world.counts();
    for (const pseudonym of ["ann", "bob", "nobody"]) {
      await database.transaction((transaction) =>
        eraseOutcomesOf(transaction, world.place, [pseudonym]),
      );
    }
    const units = await world.units();
    expect(await world.counts()).toEqual([
      cancelled?.replace("/open", "/unknown"),
      expect.stringMatching(/ unknown\/unknown 1$/),
    ]);
    expect(await world.counts()).toEqual(countUnits(units).counts);
    expect(units.map(({ exposed_at }) => exposed_at % DAY)).toEqual([0, 0]);
    for (const table of ["outcome_units", "outcome_signals", "outcome_subjects"] as const) {
      const rows = await database.queries.selectFrom(table).selectAll().execute();
      expect(JSON.stringify(rows)).not.toMatch(/ann|bob|nobody/);
    }
    await attributeAt(world, T + 60 * DAY);
    expect(await world.units()).toEqual(units);
  });

  test("keeps of old signals the last of each kind", async () => {
    const { database, world } = await open();
    const { queries } = database;
    await world.tell(
      turnedOff(T),
      turnedOff(T + DAY),
      turnedOff(T + 2 * DAY),
      turnedOff(T + DAY, "bob"),
    );
    await world.tell(status(T, { transaction: { purchaseDate: T - DAY } }));
    await world.decide(decision({ at: T }));
    const forgetAt = async (now: number) => {
      const [, job] = outcomeJobs({ database, now: () => now });
      const { signal } = new AbortController();
      await job?.run({ id: "job", payload: null, attempt: 1, signal });
      const rows = queries.selectFrom("outcome_signals").select(["pseudonym", "at"]).distinct();
      const kept = await rows.orderBy("at").orderBy("pseudonym").execute();
      return kept.map(({ pseudonym, at }) => `${pseudonym} ${(at - T) / DAY}`);
    };
    const all = ["ann -1", "ann 0", "ann 1", "bob 1", "ann 2"];
    expect(await forgetAt(T + 201 * DAY)).toEqual(all);
    expect(await forgetAt(T + 202 * DAY)).toEqual(["ann -1", "ann 1", "bob 1", "ann 2"]);
    expect(await forgetAt(T + 300 * DAY)).toEqual(["ann -1", "bob 1", "ann 2"]);
    expect(await forgetAt(T + 802 * DAY)).toEqual(["ann 2"]);
  });
});
