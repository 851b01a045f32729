import { PARTS_OF_WHOLE } from "@holdfast/flow/evaluate";
import type { ArmTrace, BucketTrace, EvaluationTrace, RuleTrace } from "@holdfast/flow/evaluate";
import { columns } from "../output.ts";
import { markOf } from "../style.ts";
import type { Style, Turnout } from "../style.ts";
import { conditionRows } from "./render-condition.ts";
import type { TraceMeans } from "./render-condition.ts";

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
