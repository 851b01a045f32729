import * as fc from "fast-check";
import { expect, test } from "vitest";
import { factsOfNews } from "../facts/facts-of-news.ts";
import { mergeFacts } from "../facts/merge-facts.ts";
import { NO_FACTS } from "../facts/subscription-facts.ts";
import { arbitraryNews, BEGUN_AT } from "../testing/arbitrary-news.ts";
import { TEST_IDS } from "../testing/test-ids.ts";
import { deriveState } from "./derive-state.ts";
import type { StoredSubscriber } from "./derive-state.ts";
import { stateChangesAt } from "./state-changes-at.ts";

const DAY_MS = 86_400_000;

const moment = fc.nat({ max: 400 }).map((days) => BEGUN_AT + days * DAY_MS);

const stored: fc.Arbitrary<StoredSubscriber> = fc
  .tuple(
    fc.array(arbitraryNews, { maxLength: 6 }),
    fc.array(fc.record({ name: fc.constantFrom("a", "b"), expiresAt: fc.option(moment) }), {
      maxLength: 3,
    }),
  )
  .map(([news, attributes]) => ({
    pseudonym: "p",
    facts: news.reduce((facts, one) => mergeFacts(facts, factsOfNews(one, TEST_IDS)), NO_FACTS),
    attributes: attributes.map(({ name, expiresAt }, setAt) => ({
      owner: "p",
      name,
      value: setAt,
      setAt,
      expiresAt,
    })),
  }));

test("stateChangesAt() is never later than the state is another one", () => {
  fc.assert(
    fc.property(stored, moment, fc.double({ min: 0, max: 1, noNaN: true }), (one, now, share) => {
      const until = stateChangesAt(one, now) ?? now + 400 * DAY_MS;
      expect(until).toBeGreaterThan(now);
      const between = now + Math.floor((until - 1 - now) * share);
      expect(deriveState(one, between)).toEqual(deriveState(one, now));
      expect(deriveState(one, until - 1)).toEqual(deriveState(one, now));
    }),
    { numRuns: 2000 },
  );
});

test("stateChangesAt() is the moment from which a period is over, or an attribute has expired", () => {
  const expiresAt = BEGUN_AT + DAY_MS;
  const attributes = [{ owner: "p", name: "a", value: 1, setAt: 0, expiresAt }];
  const one = { pseudonym: "p", attributes };
  expect(stateChangesAt(one, BEGUN_AT)).toBe(expiresAt);
  expect(deriveState(one, expiresAt)).not.toEqual(deriveState(one, expiresAt - 1));
  expect(stateChangesAt(one, expiresAt)).toBeUndefined();
});
