import { createIssue } from "@holdfast/flow/document";
import type { FlowIssue, FlowPositions } from "@holdfast/flow/document";
import { describeOrphan, isChange, sayProtection } from "@holdfast/provisioning";
import type { Orphan, Plan, PlanItem, PlanProblem } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { renderIssues } from "../issues.ts";
import type { UsableFlow } from "../load-flow.ts";
import { columns } from "../output.ts";
import { createStyle, printable } from "../style.ts";
import type { Style } from "../style.ts";
import { groupItems } from "./group-items.ts";
import type { ItemGroup } from "./group-items.ts";

/**
 * Renders a plan for people: what changes, what nobody wants, what stands in the way.
 *
 * @param place - where it was looked, as `sayPlace` says it
 */
export function renderPlan(
  plan: Plan,
  {
    positions,
    textOf,
    place,
  }: Pick<UsableFlow, "positions" | "textOf"> & { readonly place: string },
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const { bundleId, environment, items, orphans, problems } = plan;
  const changes = groupItems(items.filter(isChange));
  const issues = problems.map((problem) => issueOf(problem, positions));
  return [
    style.bold(`${bundleId} in ${environment}`) + place,
    ...section("", columns(changes.map((group) => changeRow(group, style)))),
    ...section("at Apple, and not wanted:", columns(orphans.map((one) => orphanRow(one, style)))),
    ...section("", renderIssues(issues, { style, textOf })),
    "",
    summaryLine(plan),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ["", ...(title === "" ? [] : [title]), ...lines];
}

function issueOf({ code, message, path = [] }: PlanProblem, positions: FlowPositions): FlowIssue {
  return createIssue({ code, message, path }, positions);
}

const MARKS = { create: "+", set: "+", change: "~", keep: " " } as const;

function changeRow({ item, kind, name }: ItemGroup, style: Style): readonly string[] {
  const mark = MARKS[item.action];
  const colored = item.action === "change" ? style.yellow(mark) : style.green(mark);
  return [colored, kind, printable(name), style.dim(noteOf(item))];
}

function noteOf(item: PlanItem): string {
  const notes = [
    ...(item.action === "set" ? ["not known what is there"] : []),
    ...(item.kind === "realtimeUrl" && item.before !== null ? [`now ${item.before}`] : []),
    ...(item.readiness === "waits" ? ["waits for Apple's approval"] : []),
    ...(item.readiness === "blocked" ? ["blocked"] : []),
  ];
  return printable(notes.join("; "));
}

function orphanRow(orphan: Orphan, style: Style): readonly string[] {
  const [kind, name] = describeOrphan(orphan);
  const protection = orphan.kind === "default" ? undefined : orphan.protection;
  const note = protection === undefined ? "pruned only if asked" : sayProtection(protection);
  return [style.dim("-"), kind, printable(name), style.dim(printable(note))];
}

function summaryLine({ summary }: Plan): string {
  const { create, change, keep, waiting, blocked, orphans, problems } = summary;
  const kept = summary.protected;
  const parts = [
    `${create} to create`,
    `${change} to change`,
    `${keep} as wanted`,
    ...(waiting > 0 ? [`${waiting} waiting for Apple's approval`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    ...(orphans > 0 ? [`${orphans} not wanted (${kept} protected)`] : []),
    ...(problems > 0 ? [`${problems} ${problems === 1 ? "problem" : "problems"}`] : []),
  ];
  return parts.join(", ");
}
