import { parseDecisionRecord } from "@holdfast/runtime/wire";
import { expect, test } from "vitest";
import { testDecision } from "../testing/test-decision.ts";
import { addDecisions } from "./add-decisions.ts";
import { MAX_NAMED_EXPOSURES } from "./keep-newest.ts";
import { previousDecisionsOf } from "./previous-decisions.ts";
import { NO_EXPOSURES } from "./subscription-exposures.ts";

const AT = 1_700_000_000_000;

/** A decision of a rule that nobody wrote, with an offer that nobody made. */
function forged(index: number) {
  const name = `${index}`.padStart(256, "r");
  const { delivered, ...decision } = testDecision("p", { requestedAt: AT + index });
  return { ...decision, rule: name, delivered: { ...delivered, offerIdentifier: name } } as const;
}

test("addDecisions() keeps the newest rules and offers, however many a forger makes up", () => {
  const decisions = Array.from({ length: 10 * MAX_NAMED_EXPOSURES }, (_, index) => forged(index));
  let exposures = NO_EXPOSURES;
  for (let from = 0; from < decisions.length; from += 150) {
    // As the table types them; every field was just set.
    const some = decisions.slice(from, from + 150) as Parameters<typeof addDecisions>[1];
    exposures = addDecisions(exposures, some, () => null);
  }
  const { rules, offers } = previousDecisionsOf(exposures, new Map());
  const kept = decisions.slice(-MAX_NAMED_EXPOSURES).map(({ rule }) => rule);
  expect(Object.keys(rules).toSorted()).toEqual(kept.toSorted());
  expect(Object.keys(offers)).toHaveLength(MAX_NAMED_EXPOSURES);
  expect(JSON.stringify(exposures).length).toBeLessThan(150_000);
});

test("addDecisions() bounds the offers of one rule too, and counts on for a rule that is still met", () => {
  const decisions = Array.from({ length: 3 * MAX_NAMED_EXPOSURES }, (_, index) => [
    { ...forged(index), rule: "one" },
    { ...testDecision("p", { requestedAt: AT + index }), rule: "met" },
  ]).flat() as Parameters<typeof addDecisions>[1];
  const exposures = addDecisions(NO_EXPOSURES, decisions, () => null);
  expect(Object.keys(exposures.rules["one"]?.offers ?? {}).length).toBeLessThanOrEqual(
    MAX_NAMED_EXPOSURES,
  );
  expect(previousDecisionsOf(exposures, new Map()).rules["met"]?.count).toBe(
    3 * MAX_NAMED_EXPOSURES,
  );
});

test("names that objects have by nature are names like others", () => {
  const names = ["__proto__", "constructor", "toString"];
  const decisions = names.map((rule, index) => {
    const value: unknown = {
      ...testDecision("p", { requestedAt: AT + index }),
      rule,
      snapshot: "0".repeat(64),
    };
    return parseDecisionRecord(JSON.parse(JSON.stringify(value)));
  });
  let exposures = NO_EXPOSURES;
  for (const decision of decisions) {
    exposures = addDecisions(exposures, [decision], () => null);
    exposures = JSON.parse(JSON.stringify(exposures)) as typeof exposures;
  }
  const { rules } = previousDecisionsOf(exposures, new Map());
  expect(Object.keys(rules).toSorted()).toEqual(names.toSorted());
  expect(Object.values(rules).map(({ count }) => count)).toEqual([1, 1, 1]);
});
