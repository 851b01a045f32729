import * as fc from "fast-check";
import { expect, test } from "vitest";
import { admitDecisions } from "../../decisions/admit-decisions.ts";
import { addDecisions } from "../history/add-decisions.ts";
import { NO_EXPOSURES } from "../history/subscription-exposures.ts";
import { testDecision } from "../testing/test-decision.ts";
import { deriveState } from "./derive-state.ts";
import { MAX_STATED_CHARACTERS, teamAttributesAt } from "./team-attributes.ts";

const NOW = 1_800_000_000_000;

function stated(name: string, value: string | readonly string[]) {
  return { owner: "p", name, value, setAt: NOW, expiresAt: null };
}

test("a decision about somebody of whom as much is said as can be is a record that is taken", () => {
  const longest = Array.from({ length: 100 }, () => "w".repeat(256));
  const attributes = Array.from({ length: 64 }, (_, index) => stated(`list_${index}`, longest));
  const many = Array.from({ length: 300 }, (_, index) => ({
    ...testDecision("p", { requestedAt: NOW + index }),
    rule: `a rule of an ordinary name ${index}`,
  }));
  const exposures = addDecisions(NO_EXPOSURES, many, () => null);
  const state = deriveState({ pseudonym: "p", attributes, exposures }, NOW);
  const { subject, ...record } = testDecision("p", { requestedAt: NOW, snapshot: "0".repeat(64) });
  const decision = { ...record, subject: { ...subject, subscriber: { status: "found", state } } };
  const rules = { apps: new Set(["yoga"]), now: NOW, keptMs: 1e9 };
  expect(admitDecisions([JSON.parse(JSON.stringify(decision))], rules).refused).toEqual([]);
});

test("teamAttributesAt() leaves out the longest values, as few as there must be, in any order", () => {
  const lengths = fc.uniqueArray(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(lengths, (sizes) => {
      const attributes = sizes.map((size, index) => stated(`a${index}`, "v".repeat(size)));
      const at = { pseudonym: "p", now: NOW };
      const kept = teamAttributesAt(attributes, at);
      const sizeOf = ({ name, value }: (typeof attributes)[number]) =>
        JSON.stringify([name, value]).length;
      const all = attributes.toSorted((one, other) => sizeOf(one) - sizeOf(other));
      let room = MAX_STATED_CHARACTERS;
      const expected = all.filter((one) => (room -= sizeOf(one)) >= 0).map(({ name }) => name);
      expect([...kept.keys()].toSorted()).toEqual(expected.toSorted());
      expect([...teamAttributesAt(attributes.toReversed(), at).keys()].toSorted()).toEqual(
        expected.toSorted(),
      );
    }),
  );
});
