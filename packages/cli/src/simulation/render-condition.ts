import { BUILT_IN_ATTRIBUTES, CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { AttributeValue, ConditionTrace } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { markOf, printable } from "../style.ts";
import type { Style } from "../style.ts";

/** What rendering needs to know. */
export interface TraceMeans {
  readonly style: Style;
  /** The team's own attributes: which of them are dates. */
  readonly declared: Snapshot["attributes"];
}

/** One row for a test; a combination has one, and one for each part below it. */
export function conditionRows(
  name: string,
  condition: ConditionTrace,
  means: TraceMeans,
  depth = 0,
): readonly (readonly string[])[] {
  const { kind, truth, parts = [], reason } = condition;
  const { style } = means;
  const lead = `${"  ".repeat(depth)}${markOf(truth, style)} ${name === "" ? "" : `${name} `}`;
  const below = parts.flatMap((part) => conditionRows("", part, means, depth + 1));
  if (kind === "test") return [[lead + testText(condition, means), seen(condition, means)]];
  if (kind === "rollout") return [[`${lead}rollout`, style.dim(reason)]];
  return [[`${lead}${WORDS[kind]}`, style.dim(reason)], ...below];
}

const WORDS: Readonly<Record<"all" | "any" | "not", string>> = {
  all: "all of",
  any: "any of",
  not: "not",
};

const SYMBOLS: Readonly<Record<string, string>> = {
  equals: "is",
  notIn: "not in",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
  notIncludes: "does not include",
  startsWith: "starts with",
};

function testText(condition: ConditionTrace, { declared }: TraceMeans): string {
  const { attribute = "", operator = "", operand } = condition;
  const isDate = isDateAttribute(attribute, declared);
  return `${attribute} ${SYMBOLS[operator] ?? operator} ${sayValue(operand, isDate)}`;
}

/** What the test saw, or why it saw nothing. */
function seen(condition: ConditionTrace, { style, declared }: TraceMeans): string {
  const { attribute = "", value, reason } = condition;
  if (value === undefined) return style.yellow(reason);
  if (value === null) return style.dim("absent");
  return style.dim(`it is ${sayValue(value, isDateAttribute(attribute, declared))}`);
}

type Sayable = AttributeValue | readonly number[] | undefined;

function sayValue(value: Sayable, isDate: boolean): string {
  if (isDate && typeof value === "number") return new Date(value).toISOString();
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? "nothing" : printable(text);
}

function isDateAttribute(attribute: string, declared: Snapshot["attributes"]): boolean {
  if (attribute.endsWith(": lastAt")) return true;
  if (BUILT_IN_ATTRIBUTES.get(attribute)?.type === "date") return true;
  const own = attribute.slice(CUSTOM_ATTRIBUTE_PREFIX.length);
  return attribute.startsWith(CUSTOM_ATTRIBUTE_PREFIX) && declared[own] === "date";
}
