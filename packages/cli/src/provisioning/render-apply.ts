import { describeItem, describeOrphan } from "@holdfast/provisioning";
import type { ApplyOutcome, ApplyResult, Orphan, PlanItem } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { columns } from "../output.ts";
import { createStyle, printable } from "../style.ts";
import type { Style } from "../style.ts";
import { groupItems } from "./group-items.ts";

type Row = readonly string[];

/**
 * Renders for people what applying did, what it did not, and what to do next.
 *
 * @param place - where it was done, as `sayPlace` says it
 */
export function renderApply(
  result: ApplyResult,
  place: string,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const { bundleId, environment, stoppedBy } = result;
  return [
    style.bold(`${bundleId} in ${environment}`) + place,
    ...columns([...itemRows(result, style), ...orphanRows(result, style)]),
    ...(stoppedBy === undefined ? [] : [style.red(printable(stoppedBy.message))]),
    "",
    sayOutcome(result, style),
  ];
}

function itemRows(result: ApplyResult, style: Style): readonly Row[] {
  const { done, failed, skipped, waiting, notTried } = result;
  return [
    ...groupItems(done).map(({ kind, name }) => rowOf(style.green("done"), [kind, name], "")),
    ...failed.map(({ item, message }) => itemRow(style.red("failed"), item, message)),
    ...skipped.map(({ item, because }) => itemRow(style.yellow("left"), item, because)),
    ...groupItems(waiting).map(({ kind, name }) => rowOf(style.yellow("waits"), [kind, name], "")),
    ...groupItems(notTried).map(({ kind, name }) =>
      rowOf(style.yellow("left"), [kind, name], "not tried"),
    ),
  ];
}

function orphanRows({ pruned, pruneFailed, pruneKept }: ApplyResult, style: Style): readonly Row[] {
  return [
    ...pruned.map((orphan) => orphanRow(style.green("deleted"), orphan)),
    ...pruneFailed.map(({ item, message }) => orphanRow(style.red("failed"), item, message)),
    ...pruneKept.map(({ item, because }) => orphanRow(style.dim("kept"), item, because)),
  ];
}

function itemRow(mark: string, item: PlanItem, note: string): Row {
  return rowOf(mark, describeItem(item), note);
}

function orphanRow(mark: string, orphan: Orphan, note = ""): Row {
  return rowOf(mark, describeOrphan(orphan), note);
}

function rowOf(mark: string, [kind, name]: readonly [string, string], note: string): Row {
  return [mark, kind, printable(name), printable(note)];
}

const OUTCOMES: Readonly<Record<ApplyOutcome, string>> = {
  complete: "Apple has everything the flow wants",
  waiting: "the rest waits for Apple's approval; apply again later, or with --wait",
  failed:
    "not everything could be done; mend what is said above and apply again, it goes on from here",
  interrupted: "interrupted; apply again, it goes on from here",
};

function sayOutcome({ outcome, done, pruned }: ApplyResult, style: Style): string {
  const color = outcome === "complete" ? style.green : style.yellow;
  const counts = `${done.length} done${pruned.length > 0 ? `, ${pruned.length} deleted` : ""}`;
  return color(`${counts}: ${OUTCOMES[outcome]}`);
}
