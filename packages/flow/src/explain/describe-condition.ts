import type { AttributeType } from "../evaluate/attributes.ts";
import { HISTORY_MEASURES, findAttribute } from "../evaluate/attributes.ts";
import type { SnapshotCondition, SnapshotTest, TestOperator } from "../snapshot/snapshot.ts";

type Declared = ReadonlyMap<string, AttributeType>;

/** Returns a condition in English, as it would follow "when". */
export function describeCondition(condition: SnapshotCondition, declared: Declared): string {
  const each = (parts: readonly SnapshotCondition[]) => parts.map((part) => nested(part, declared));
  if ("all" in condition) return each(condition.all).join(", and ");
  if ("any" in condition) return `either ${each(condition.any).join(", or ")}`;
  if ("not" in condition) return `it is not so that ${nested(condition.not, declared)}`;
  if ("rollout" in condition) return `the subscriber is in the rollout ${condition.rollout}`;
  return describeTest(condition, declared);
}

/** A condition with parts gets brackets, so that "and" and "or" are never read wrongly. */
function nested(condition: SnapshotCondition, declared: Declared): string {
  const text = describeCondition(condition, declared);
  return "all" in condition || "any" in condition ? `(${text})` : text;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["productId", "the product"],
  ["locale", "the device's locale"],
  ["locale.language", "the device's language"],
  ["locale.region", "the device's region"],
  ["storefront", "the storefront"],
  ["environment", "the environment"],
  ["requestedAt", "the time of the request"],
]);

function describeTest(test: SnapshotTest, declared: Declared): string {
  const subject = subjectOf(test);
  const isDate = typeOf(test, declared) === "date";
  const text = `${subject} ${predicate(test.operator, test.value, isDate)}`;
  if (test.ifUnknown === undefined) return text;
  return `${text} (${test.ifUnknown ? "or it is unknown" : "and it is known"})`;
}

function typeOf({ attribute, history }: SnapshotTest, declared: Declared): AttributeType {
  if (history !== undefined) return HISTORY_MEASURES[history.measure];
  return findAttribute(attribute, declared)?.type ?? "string";
}

function subjectOf({ attribute, history }: SnapshotTest): string {
  if (history === undefined) return NAMES.get(attribute) ?? attribute;
  const of = `${history.of} ${history.name}`;
  if (history.measure === "count") return `the number of earlier decisions of ${of}`;
  if (history.measure === "lastAt") return `the last decision of ${of}`;
  return `the number of days since the last decision of ${of}`;
}

const PHRASES: Readonly<Record<TestOperator, string>> = {
  equals: "is",
  in: "is one of",
  notIn: "is none of",
  gt: "is more than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
  before: "is before",
  after: "is after",
  exists: "exists",
  includes: "includes",
  notIncludes: "does not include",
  startsWith: "starts with",
};

function predicate(operator: TestOperator, value: SnapshotTest["value"], isDate: boolean): string {
  if (operator === "exists") return value === true ? "exists" : "does not exist";
  const isOne = Array.isArray(value) && value.length === 1;
  const plain = isOne && operator === "in" ? "is" : PHRASES[operator];
  const phrase = isOne && operator === "notIn" ? "is not" : plain;
  return `${phrase} ${operand(value, isDate)}`;
}

function operand(value: SnapshotTest["value"], isDate: boolean): string {
  if (typeof value === "number" && isDate) return describeInstant(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Returns an instant as its date when it is midnight UTC, else in full. */
export function describeInstant(at: number): string {
  const text = new Date(at).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.replace(".000Z", "Z");
}
