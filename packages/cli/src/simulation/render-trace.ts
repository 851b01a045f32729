import {
  BUILT_IN_ATTRIBUTES,
  CUSTOM_ATTRIBUTE_PREFIX,
  PARTS_OF_WHOLE,
} from "@holdfast/flow/evaluate";
import type {
  ArmTrace,
  AttributeValue,
  BucketTrace,
  ConditionTrace,
  EvaluationTrace,
  RuleTrace,
} from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { columns } from "../output.ts";
import { markOf } from "../style.ts";
import type { Style, Turnout } from "../style.ts";

/** What rendering needs to know. */
export interface TraceMeans {
  readonly style: Style;
  /** The team's own attributes: which of them are dates. */
  readonly declared: Snapshot["attributes"];
}

/** Renders how an evaluation came about: the holdout, then every rule with its steps. */
export function renderTrace(trace: EvaluationTrace, means: TraceMeans): readonly string[] {
  const { style } = means;
  return [
    ...(trace.holdout === undefined ? [] : [holdoutLine(trace.holdout, style)]),
    ...trace.rules.flatMap((rule) => [ruleLine(rule, style), ...renderSteps(rule, means)]),
  ];
}

function holdoutLine(holdout: BucketTrace, style: Style): string {
  const line = `holdout ${holdout.key}  ${sayBucket(holdout)}`;
  return holdout.inside ? `${style.green("✓")} ${line}` : style.dim(`· ${line}`);
}

function ruleLine(trace: RuleTrace, style: Style): string {
  const { rule, result, failedAt } = trace;
  switch (result) {
    case "held":
      return `${style.green("✓")} ${style.bold(rule)}  ${style.green("held")}`;
    case "notHeld": {
      const turnout = failureOf(trace);
      const why = turnout === "unknown" ? `${failedAt ?? ""} is unknown` : (failedAt ?? "");
      return `${markOf(turnout, style)} ${style.bold(rule)}  ${style.dim(`did not hold: ${why}`)}`;
    }
    case "notReached":
      return style.dim(`· ${rule}  not looked at: the answer was found before`);
    default:
      return style.dim(`· ${rule}  not looked at: it cannot hold for this product`);
  }
}

/** Whether a rule's failing step is false, or nobody knows. */
function failureOf({ failedAt, when, cooldown }: RuleTrace): Turnout {
  if (failedAt === "when") return when?.truth ?? "false";
  return failedAt === "cooldown" ? (cooldown?.truth ?? "false") : "false";
}

const INDENT = "    ";

function renderSteps(rule: RuleTrace, means: TraceMeans): readonly string[] {
  const { schedule, when, cooldown, exclusionGroup, traffic, arm } = rule;
  const rows: (readonly string[])[] = [];
  if (schedule !== undefined) rows.push(stepRow("schedule", schedule, means));
  if (when !== undefined) rows.push(...conditionRows("when", when, means));
  if (cooldown !== undefined) rows.push(stepRow("cooldown", cooldown, means));
  if (exclusionGroup !== undefined) {
    rows.push(bucketRow(`group ${exclusionGroup.key}`, exclusionGroup, means));
  }
  if (traffic !== undefined) rows.push(bucketRow("traffic", traffic, means));
  // Who takes no part has no arm.
  const takesPart = exclusionGroup?.inside !== false && traffic?.inside !== false;
  if (arm !== undefined && takesPart) rows.push(armRow(arm, means));
  return columns(rows).map((line) => INDENT + line);
}

function stepRow(
  name: string,
  { truth, reason }: { readonly truth: Turnout; readonly reason: string },
  { style }: TraceMeans,
): readonly string[] {
  return [`${markOf(truth, style)} ${name}`, style.dim(reason)];
}

function bucketRow(name: string, range: BucketTrace, { style }: TraceMeans): readonly string[] {
  const mark = markOf(range.inside ? "true" : "false", style);
  return [`${mark} ${name}`, style.dim(sayBucket(range))];
}

function sayBucket({ bucket, fromParts, toParts, inside }: BucketTrace): string {
  const range = `from ${percentOf(fromParts)} to ${percentOf(toParts)} %`;
  return `${inside ? "inside" : "outside"}: at ${percentOf(bucket)} %, inside is ${range}`;
}

function percentOf(parts: number): string {
  return String((parts * 100) / PARTS_OF_WHOLE);
}

function armRow({ arm, bucket, totalWeight }: ArmTrace, { style }: TraceMeans): readonly string[] {
  return [`${style.green("✓")} arm ${arm}`, style.dim(`at ${bucket} of ${totalWeight}`)];
}

/** One row for a test; a combination has one, and one for each part below it. */
function conditionRows(
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
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.join(", ");
  return isDate && typeof value === "number" ? new Date(value).toISOString() : String(value);
}

function isDateAttribute(attribute: string, declared: Snapshot["attributes"]): boolean {
  if (attribute.endsWith(": lastAt")) return true;
  if (BUILT_IN_ATTRIBUTES.get(attribute)?.type === "date") return true;
  const own = attribute.slice(CUSTOM_ATTRIBUTE_PREFIX.length);
  return attribute.startsWith(CUSTOM_ATTRIBUTE_PREFIX) && declared[own] === "date";
}
