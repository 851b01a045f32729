/** Where something is in a document: member names and array indexes from the top. */
export type FlowPath = readonly (string | number)[];

/**
 * `error` keeps a flow from being compiled; `warning` does so only where strictness is asked for;
 * `note` says something worth knowing about a flow that is right.
 */
export type IssueSeverity = "error" | "warning" | "note";

/** A place in a text. */
export interface FlowPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The file, when the text had a name. */
  readonly file?: string;
}

/** One thing that is wrong, and what would be right. Data, never thrown. */
export interface FlowIssue<Code extends string = string> {
  /** Stable and documented. */
  readonly code: Code;
  readonly severity: IssueSeverity;
  /** For people: what is wrong and what would be right. */
  readonly message: string;
  readonly path: FlowPath;
  /** Absent when the document did not come from a text. */
  readonly line?: number;
  readonly column?: number;
  readonly file?: string;
}

/** Finds the place of a path in the texts a document was read from. */
export interface FlowPositions {
  /**
   * Returns the place of a value, or with `key` that of its name; for a path that leads nowhere
   * the nearest place above it.
   */
  locate(path: FlowPath, at?: "key" | "value"): FlowPlace | undefined;
}

/** Positions of a document that came from no text. */
export const NO_POSITIONS: FlowPositions = { locate: () => undefined };

/** What makes up an issue, before its place is looked up. */
export interface IssueDraft<Code extends string> {
  readonly code: Code;
  readonly message: string;
  readonly path: FlowPath;
  /** `error` by default. */
  readonly severity?: IssueSeverity;
  /** `value` by default. */
  readonly at?: "key" | "value";
}

/** Returns an issue with its place. */
export function createIssue<Code extends string>(
  draft: IssueDraft<Code>,
  positions: FlowPositions,
): FlowIssue<Code> {
  const { code, message, path, severity = "error", at } = draft;
  return { code, severity, message, path, ...positions.locate(path, at) };
}

/** Returns a path as people write it: `rules[0].when.productId`; names with dots are quoted. */
export function formatPath(path: FlowPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w$-]+$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** Orders issues by their places; by code units, so that the order is the same everywhere. */
export function compareIssues(a: FlowIssue, b: FlowIssue): number {
  const [left, right] = [a.file ?? "", b.file ?? ""];
  if (left !== right) return left < right ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** Tells whether issues keep a flow from being used; under `strict` warnings do, too; notes never. */
export function hasErrors(
  issues: readonly FlowIssue[],
  { strict = false }: { readonly strict?: boolean } = {},
): boolean {
  return issues.some(({ severity }) => severity === "error" || (strict && severity === "warning"));
}
