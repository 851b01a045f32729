import type { FlowChange } from "@holdfast/flow/diff";
import { createStyle, printable } from "../style.ts";
import type { Io } from "../command.ts";

const MARKS = { added: "+", removed: "-", changed: "~", moved: "↕" } as const;

/**
 * Renders the changes of a flow for people, a line each; where there is none by meaning, or none that
 * this release can tell, one line that says so.
 */
export function renderChanges(
  changes: readonly FlowChange[] | undefined,
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  if (changes === undefined) {
    return [
      style.yellow("  what is different cannot be told: this release cannot read one of the two"),
    ];
  }
  if (changes.length === 0) {
    return [style.dim("  the two mean the same; comments or layout differ")];
  }
  const paint = {
    added: style.green,
    removed: style.red,
    changed: style.yellow,
    moved: style.cyan,
  };
  return changes.map(({ kind, summary }) => `  ${paint[kind](MARKS[kind])} ${printable(summary)}`);
}
