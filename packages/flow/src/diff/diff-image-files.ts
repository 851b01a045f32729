import { MAX_LENGTH, shorten } from "./describe-difference.ts";
import { changeOf } from "./flow-change.ts";
import type { FlowChange } from "./flow-change.ts";

/** Image files by the paths a document writes: the SHA-256 of each. */
type ImageFiles = Readonly<Record<string, string>>;

/**
 * Returns which image files have other bytes than before, in the order of their paths: documents that
 * name them alike do not show it. A path that only one of the two has is a change of the document.
 */
export function diffImageFiles(before: ImageFiles, after: ImageFiles): readonly FlowChange[] {
  return Object.keys(before)
    .filter((path) => Object.hasOwn(after, path) && before[path] !== after[path])
    .sort()
    .map((path) => changeOfFile(path, before[path], after[path]));
}

function changeOfFile(path: string, before: unknown, after: unknown): FlowChange {
  const change = changeOf({ kind: "changed", path: ["images", path], before, after });
  return { ...change, summary: shorten(`image file ${path}: another picture`, MAX_LENGTH) };
}
