import type { FlowDocument } from "../document/flow-schema.ts";
import { shorten } from "./describe-difference.ts";
import { diffValues } from "./diff-values.ts";
import { changeOf } from "./flow-change.ts";
import type { FlowChange } from "./flow-change.ts";

/**
 * Returns what changes from one flow to another, by meaning: reordered members are no change,
 * reordered rules are. Nothing when the two mean the same.
 */
export function diffFlows(before: FlowDocument, after: FlowDocument): readonly FlowChange[] {
  return diffValues(before, after).map(changeOf);
}

/** Returns the changes one in each line, cut after `length` UTF-16 code units: for a conflict. */
export function summarizeChanges(changes: readonly FlowChange[], length: number): string {
  if (changes.length === 0) return "the two flows mean the same";
  return shorten(changes.map(({ summary }) => summary).join("\n"), length);
}
