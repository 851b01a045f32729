import { judgeValue } from "../evaluate/judge-condition.ts";
import type { PreparedCondition, PreparedTest } from "../evaluate/prepared-snapshot.ts";
import type { AttributeValue } from "../evaluate/subject.ts";
import { FALSE, TRUE } from "../evaluate/truth.ts";

/** A test that must come out true, or with `negated` false. */
interface Demand {
  readonly test: PreparedTest;
  readonly negated: boolean;
}

type Candidate = AttributeValue | undefined;

/**
 * Tells whether a condition can be true for any subject at all. It answers `false` only when it is
 * certain: tests of one attribute that no value meets together, unknown and absent included.
 */
export function isSatisfiable(condition: PreparedCondition): boolean {
  return canMeet([condition], []);
}

/** Works through what must be true; choices are tried one by one. */
function canMeet(open: readonly PreparedCondition[], demands: readonly Demand[]): boolean {
  const [next, ...rest] = open;
  if (next === undefined) return areMet(demands);
  switch (next.kind) {
    case "all":
      return canMeet([...next.parts, ...rest], demands);
    case "any":
      return areMet(demands) && next.parts.some((part) => canMeet([part, ...rest], demands));
    case "not":
      return canMeet(rest, negated(next.part, demands));
    case "rollout":
      return canMeet(rest, demands);
    default:
      return canMeet(rest, [...demands, { test: next, negated: false }]);
  }
}

/** Below a `not` only a single test is understood; anything else might be met. */
function negated(part: PreparedCondition, demands: readonly Demand[]): readonly Demand[] {
  return part.kind === "test" ? [...demands, { test: part, negated: true }] : demands;
}

function areMet(demands: readonly Demand[]): boolean {
  const byAttribute = Map.groupBy(demands, ({ test }) => attributeKey(test));
  return [...byAttribute.values()].every((same) =>
    candidates(same).some((candidate) =>
      same.every(({ test, negated: isNegated }) => {
        return judgeValue(test, candidate) === (isNegated ? FALSE : TRUE);
      }),
    ),
  );
}

function attributeKey({ attribute }: PreparedTest): string {
  return JSON.stringify([attribute.name, attribute.history ?? null]);
}

/** Values of which one meets all demands, if any value does. */
function candidates(demands: readonly Demand[]): readonly Candidate[] {
  const operands = demands.flatMap(({ test }): readonly unknown[] =>
    Array.isArray(test.value) ? test.value : [test.value],
  );
  const strings = operands.filter((operand) => typeof operand === "string");
  const fresh = `${[...strings].sort((a, b) => b.length - a.length)[0] ?? ""}\u{10FFFF}`;
  return [
    undefined,
    null,
    true,
    false,
    ...strings,
    ...strings.map((text) => `${text}\u{10FFFF}`),
    fresh,
    ...numberCandidates(operands),
    [],
    strings,
    ...listCandidates(demands),
  ];
}

/** Every number named, one between each two neighbours, one below and one above them all. */
function numberCandidates(operands: readonly unknown[]): readonly number[] {
  const numbers = operands.filter((operand) => typeof operand === "number").sort((a, b) => a - b);
  const between = numbers
    .slice(1)
    .map((number, index) => (number + (numbers[index] ?? number)) / 2);
  return [...numbers, ...between, (numbers[0] ?? 0) - 1, (numbers.at(-1) ?? 0) + 1];
}

/** The list of exactly what has to be included. */
function listCandidates(demands: readonly Demand[]): readonly (readonly string[])[] {
  const wanted = demands
    .filter(({ test, negated: isNegated }) => {
      return test.operator === (isNegated ? "notIncludes" : "includes");
    })
    .map(({ test }) => String(test.value));
  return [wanted];
}
