import type { RouteBody, routes } from "@holdfast/api";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";
import { sayDecider, sayResponse } from "./say-answer.ts";

/** What changes between two flows, and how people call them. */
export interface ComparisonReport {
  readonly from: string;
  readonly to: string;
  readonly comparison: RouteBody<typeof routes.compareFlows>;
}

/** Examples shown; JSON has the others. */
const SHOWN_EXAMPLES = 5;

/** Renders a comparison for people: how many, from what to what, and some of them. */
export function renderComparison(
  { from, to, comparison }: ComparisonReport,
  style: Style,
): readonly string[] {
  const { compared, different, byRule, byResponse, examples } = comparison;
  if (compared === 0) {
    return [
      style.bold(printable(`${from} → ${to}`)),
      "  no decision was kept to compare them over",
    ];
  }
  return [
    style.bold(printable(`${from} → ${to}`)),
    `  ${sayShare(different, compared)} would be sent something else${sayWhen(comparison)}`,
    ...remarks(comparison, style),
    ...(byResponse.length === 0 ? [] : ["", style.bold("What is sent")]),
    ...moves(byResponse.map((move) => [move.count, sayResponse(move.from), sayResponse(move.to)])),
    ...(byRule.length === 0 ? [] : ["", style.bold("Why")]),
    ...moves(byRule.map((move) => [move.count, sayDecider(move.from), sayDecider(move.to)])),
    ...(examples.length === 0 ? [] : ["", style.bold("Examples")]),
    ...columns(
      examples
        .slice(0, SHOWN_EXAMPLES)
        .map((example) => [
          `  ${printable(example.requestIdentifier)}`,
          printable(example.productId),
          printable(example.userLocale),
          `${sayResponse(example.from.response)} → ${sayResponse(example.to.response)}`,
        ]),
    ),
  ];
}

function sayShare(different: number, compared: number): string {
  const share = ((different * 100) / compared).toFixed(different === 0 ? 0 : 1);
  return `${different} of ${compared} decisions (${share} %)`;
}

function sayWhen({ oldestAt, newestAt }: ComparisonReport["comparison"]): string {
  if (oldestAt === undefined || newestAt === undefined) return "";
  return `, asked from ${new Date(oldestAt).toISOString()} to ${new Date(newestAt).toISOString()}`;
}

function remarks(
  { sameByAnotherWay, stateNotLookedUp, notOpened, isCut }: ComparisonReport["comparison"],
  style: Style,
): readonly string[] {
  return [
    ...(sameByAnotherWay === 0
      ? []
      : [`  ${sayCount(sameByAnotherWay)} the same by another rule or arm`]),
    ...(stateNotLookedUp === 0
      ? []
      : [
          style.yellow(
            `  of ${stateNotLookedUp} nobody had looked the subscriber up, which one of the flows asks for: to both, nothing is known there`,
          ),
        ]),
    ...(isCut ? [style.yellow("  time was over before all of them were compared")] : []),
    ...(notOpened === 0
      ? []
      : [style.yellow(`  ${notOpened} were left out: their sealed ids do not open`)]),
  ];
}

function sayCount(count: number): string {
  return count === 1 ? "1 is sent" : `${count} are sent`;
}

function moves(
  rows: readonly (readonly [count: number, from: string, to: string])[],
): readonly string[] {
  return columns(
    rows.map(([count, from, to]) => [`  ${String(count).padStart(6)}`, `${from} → ${to}`]),
  );
}
