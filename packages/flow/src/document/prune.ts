import type { DocumentIssueCode } from "./document-code.ts";
import type { FlowPath, IssueDraft } from "./flow-issue.ts";

/**
 * Returns a copy of a value without the members that issues point at: unknown keys, members whose
 * value is wrong, objects that lack a key. Nothing is taken out of lists, for then later places would shift.
 */
export function prune(value: unknown, issues: readonly IssueDraft<DocumentIssueCode>[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const { code, path } of issues) {
    removeAt(copy, code === "MISSING_KEY" ? path.slice(0, -1) : path);
  }
  return copy;
}

function removeAt(root: unknown, path: FlowPath): void {
  const name = path.at(-1);
  const parent = path.slice(0, -1).reduce(step, root);
  if (typeof name !== "string" || typeof parent !== "object" || parent === null) return;
  // Deleting a member that is not there does nothing; lists are left alone by the check above.
  if (!Array.isArray(parent)) Reflect.deleteProperty(parent, name);
}

function step(value: unknown, part: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
  return Reflect.get(value, part) as unknown;
}
