import { addExposure } from "@holdfast/flow/evaluate";
import type { ExposureHistory } from "@holdfast/flow/evaluate";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "../storage/create-database.ts";
import { engines, openTestDatabase, openTestDatabaseAt } from "../storage/testing/engines.ts";
import { addExposures } from "./add-exposures.ts";
import { addDecisions, RECENT_EXPOSURES } from "./history/add-decisions.ts";
import { previousDecisionsOf } from "./history/previous-decisions.ts";
import { NO_EXPOSURES } from "./history/subscription-exposures.ts";
import { readSubscriberState } from "./state/read-stored.ts";
import { OFFER, testDecision } from "./testing/test-decision.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const DAY_MS = 86_400_000;
const AT = 20_000 * DAY_MS;

const NO_REDEMPTIONS = new Map<string, readonly number[]>();

async function historyOf(database: StorageDatabase, pseudonym: string) {
  const state = await readSubscriberState(database.queries, PLACE, { pseudonym, now: AT });
  return state?.previousDecisions;
}

test("addDecisions() gives the cycles that addExposure() counts in order, in any order", () => {
  const moments = fc.uniqueArray(fc.nat({ max: 400 }), {
    minLength: 1,
    maxLength: RECENT_EXPOSURES,
  });
  const orders = moments.chain((days) =>
    fc.tuple(fc.constant(days), fc.shuffledSubarray(days, { minLength: days.length })),
  );
  fc.assert(
    fc.property(
      orders,
      fc.option(fc.integer({ min: 1, max: 90 })),
      ([days, shuffled], cooldown) => {
        const cooldownMs = cooldown === null ? undefined : cooldown * DAY_MS;
        let expected: ExposureHistory | undefined;
        for (const day of days.toSorted((a, b) => a - b)) {
          expected = addExposure(expected, AT + day * DAY_MS, cooldownMs);
        }
        let exposures = NO_EXPOSURES;
        for (const day of shuffled) {
          const decision = testDecision("p", { requestedAt: AT + day * DAY_MS });
          exposures = addDecisions(exposures, [decision], () => cooldownMs ?? null);
        }
        const { rules, offers } = previousDecisionsOf(exposures, NO_REDEMPTIONS);
        expect(rules["winback"]).toEqual(expected);
        expect(offers[OFFER]).toEqual({
          count: days.length,
          firstAt: AT + Math.min(...days) * DAY_MS,
          lastAt: AT + Math.max(...days) * DAY_MS,
        });
      },
    ),
  );
});

test("addDecisions() keeps counting, and the cycle, when there are more than are kept", () => {
  const many = Array.from({ length: RECENT_EXPOSURES * 3 }, (_, index) =>
    testDecision("p", { requestedAt: AT + index * DAY_MS }),
  );
  const exposures = addDecisions(NO_EXPOSURES, many, () => null);
  expect(exposures.rules["winback"]?.recent).toHaveLength(RECENT_EXPOSURES);
  expect(previousDecisionsOf(exposures, NO_REDEMPTIONS).rules["winback"]).toEqual({
    count: many.length,
    firstAt: AT,
    lastAt: AT + (many.length - 1) * DAY_MS,
  });
});

test("a redemption counts for the offer, and for the rules that had delivered it before", () => {
  const exposures = addDecisions(
    NO_EXPOSURES,
    [
      testDecision("p", { requestedAt: AT, rule: "before" }),
      testDecision("p", { requestedAt: AT + 10 * DAY_MS, rule: "after" }),
    ],
    () => null,
  );
  const redeemedAt = AT + DAY_MS;
  const { rules, offers } = previousDecisionsOf(exposures, new Map([[OFFER, [redeemedAt]]]));
  expect(rules["before"]?.redeemedAt).toBe(redeemedAt);
  expect(rules["after"]).not.toHaveProperty("redeemedAt");
  expect(offers[OFFER]?.redeemedAt).toBe(redeemedAt);
});

const plain = {
  kind: "message",
  message: "stay",
  locale: "en-US",
  messageIdentifier: "m",
} as const;

test.each([
  ["a holdout", { source: "holdout", rule: undefined, delivered: plain }, undefined],
  ["the flow's fallback", { source: "fallback", rule: undefined, delivered: plain }, undefined],
  ["a fallback in a rule's place", { delivered: plain, deviation: "offersPaused" }, undefined],
  ["nothing delivered", { delivered: undefined, deviation: "signingFailed" }, undefined],
  ["a deferral to Apple", { delivered: { kind: "deferToApple" } }, 1],
  ["a rule's message", { delivered: plain }, 1],
] as const)("%s counts for the rule: %o %o", (_, { ...changed }, count) => {
  const decision = testDecision("p", { requestedAt: AT });
  const given = Object.fromEntries(
    Object.entries({ ...decision, ...changed }).filter(([, value]) => value !== undefined),
  ) as unknown as typeof decision;
  const { rules, offers } = addDecisions(NO_EXPOSURES, [given], () => null);
  expect(rules["winback"]?.recent.length).toBe(count);
  expect(offers).toEqual({});
});

describe.each(await engines())("on $name", (engine) => {
  test("addExposures() takes cooldowns from the decisions' snapshots", async () => {
    const database = await openTestDatabase(engine);
    const rules = [{ name: "winback", cooldownDays: 30 }];
    const snapshot = `with a cooldown on ${engine.name}`;
    await database.queries
      .insertInto("snapshots")
      .values({ hash: snapshot, content: JSON.stringify({ rules }), created_at: 0 })
      .execute();
    const days = [0, 20, 31, 40];
    const decisionsOf = (pseudonym: string, published: object) =>
      days.map((day) => testDecision(pseudonym, { requestedAt: AT + day * DAY_MS, ...published }));
    await database.transaction((transaction) =>
      addExposures(transaction, PLACE, [
        ...decisionsOf("here", { snapshot }),
        ...decisionsOf("elsewhere", { snapshot: "of another publisher" }),
      ]),
    );
    const here = await historyOf(database, "here");
    // 30 days after the first 24 hours a new cycle begins.
    expect(here?.rules["winback"]).toMatchObject({ count: 4, firstAt: AT + 31 * DAY_MS });
    const elsewhere = await historyOf(database, "elsewhere");
    expect(elsewhere?.rules["winback"]).toMatchObject({ count: 4, firstAt: AT + 40 * DAY_MS });
    expect(await historyOf(database, "nobody")).toBeUndefined();
  });

  test("two who count for the same subscriptions at once lose nothing", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    const replica = place.engine === "postgres" ? await openTestDatabaseAt(place) : database;
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? database : replica).transaction((transaction) =>
          addExposures(transaction, PLACE, [
            testDecision("one", { requestedAt: AT + index }),
            testDecision("other", { requestedAt: AT + index }),
          ]),
        ),
      ),
    );
    for (const pseudonym of ["one", "other"]) {
      const history = await historyOf(database, pseudonym);
      expect(history?.rules["winback"]).toEqual({ count: 12, firstAt: AT, lastAt: AT + 11 });
    }
  });
});
