import type { HistoryMeasure } from "../evaluate/attributes.ts";
import {
  malformed,
  member,
  optional,
  readArray,
  readObject,
  readOneOf,
  readRecord,
  readText,
} from "./snapshot-fields.ts";
import type { SnapshotCondition, SnapshotHistory, SnapshotTest, TestOperator } from "./snapshot.ts";

/** How deep conditions may nest. */
const MAX_CONDITION_DEPTH = 32;

type Operand = SnapshotTest["value"];

const OPERATORS: readonly TestOperator[] = [
  "equals",
  "in",
  "notIn",
  "gt",
  "gte",
  "lt",
  "lte",
  "before",
  "after",
  "exists",
  "includes",
  "notIncludes",
  "startsWith",
];
const MEASURES: readonly HistoryMeasure[] = ["count", "lastAt", "daysSinceLast"];

/** Reads one condition, at most {@link MAX_CONDITION_DEPTH} levels deep. */
export function parseCondition(
  value: unknown,
  path: string,
  depth = MAX_CONDITION_DEPTH,
): SnapshotCondition {
  if (depth === 0) throw malformed(path, `at most ${MAX_CONDITION_DEPTH} levels of conditions`);
  const record = readRecord(value, path);
  const parseEach = (name: string) =>
    readArray(member(record, name), `${path}.${name}`, (part, at) =>
      parseCondition(part, at, depth - 1),
    );
  if (Object.hasOwn(record, "attribute")) return parseTest(value, path);
  const [name] = Object.keys(readObject(value, path, ["all", "any", "not", "rollout"]));
  if (Object.keys(record).length !== 1) throw malformed(path, "one of all, any, not, rollout");
  if (name === "all") return { all: parseEach("all") };
  if (name === "any") return { any: parseEach("any") };
  if (name === "rollout") return { rollout: readText(member(record, name), `${path}.rollout`) };
  return { not: parseCondition(member(record, "not"), `${path}.not`, depth - 1) };
}

function parseTest(value: unknown, path: string): SnapshotTest {
  const object = readObject(value, path, [
    "attribute",
    "history",
    "operator",
    "value",
    "ifUnknown",
  ]);
  const operator = readOneOf(member(object, "operator"), `${path}.operator`, OPERATORS);
  return {
    attribute: readText(member(object, "attribute"), `${path}.attribute`),
    ...optional(object, "history", (history) => parseHistory(history, `${path}.history`)),
    operator,
    value: readOperand(operator, member(object, "value"), `${path}.value`),
    ...optional(object, "ifUnknown", (flag) => readBoolean(flag, `${path}.ifUnknown`)),
  };
}

function parseHistory(value: unknown, path: string): SnapshotHistory {
  const object = readObject(value, path, ["of", "name", "measure"]);
  return {
    of: readOneOf(member(object, "of"), `${path}.of`, ["rule", "offer"]),
    name: readText(member(object, "name"), `${path}.name`),
    measure: readOneOf(member(object, "measure"), `${path}.measure`, MEASURES),
  };
}

function readOperand(operator: TestOperator, value: unknown, path: string): Operand {
  switch (operator) {
    case "in":
    case "notIn":
      return readList(value, path);
    case "exists":
      return readBoolean(value, path);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
    case "before":
    case "after":
      return readNumber(value, path);
    case "includes":
    case "notIncludes":
    case "startsWith":
      return readString(value, path);
    default:
      return readScalar(value, path);
  }
}

function readList(value: unknown, path: string): readonly string[] | readonly number[] {
  const isNumbers = Array.isArray(value) && typeof value[0] === "number";
  return isNumbers ? readArray(value, path, readNumber) : readArray(value, path, readString);
}

function readScalar(value: unknown, path: string): string | number | boolean {
  if (typeof value === "boolean") return value;
  return typeof value === "number" ? readNumber(value, path) : readString(value, path);
}

function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw malformed(path, "true or false");
  return value;
}

function readNumber(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(path, "a number");
  return value;
}

function readString(value: unknown, path: string): string {
  if (typeof value !== "string" || !value.isWellFormed()) throw malformed(path, "a string");
  return value;
}
