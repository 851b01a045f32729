import type { DocumentIssueCode } from "../document/document-code.ts";
import { createIssue } from "../document/flow-issue.ts";
import type { FlowIssue, FlowPositions, IssueDraft } from "../document/flow-issue.ts";
import { readText } from "../document/read-text.ts";
import type { ReadOptions } from "../document/read-text.ts";
import { shapeIssues } from "../document/shape-issues.ts";
import { casesSchema } from "./case-schema.ts";
import type { FlowCase } from "./case-schema.ts";

/**
 * What can be wrong with a file of cases, besides what can be wrong with any document.
 *
 * - `DUPLICATE_CASE`: two cases of one name
 */
export type CasesIssueCode = DocumentIssueCode | "DUPLICATE_CASE";

/** A case with its place, for reports. */
export interface PlacedCase extends FlowCase {
  readonly file?: string;
  readonly line?: number;
}

/** Cases, or everything that is wrong with their file. */
export type ParsedCases =
  | { readonly ok: true; readonly cases: readonly PlacedCase[]; readonly issues: readonly [] }
  | { readonly ok: false; readonly issues: readonly FlowIssue<CasesIssueCode>[] };

/** Reads a file of cases (`flow.test.yaml`). Never throws; all issues come at once, with places. */
export function parseCases(text: string, options: ReadOptions = {}): ParsedCases {
  const { value, positions, issues } = readText(text, options);
  if (value === undefined) return { ok: false, issues };
  const parsed = casesSchema.safeParse(value);
  if (!parsed.success) {
    const drafts = shapeIssues(parsed.error.issues, value);
    return { ok: false, issues: drafts.map((draft) => createIssue(draft, positions)) };
  }
  const { cases } = parsed.data;
  const twice = duplicates(cases.map(({ name }) => name));
  if (twice.length > 0) {
    return { ok: false, issues: twice.map((draft) => createIssue(draft, positions)) };
  }
  const placed = cases.map((flowCase, index): PlacedCase => {
    return Object.assign(flowCase, placeOf(positions, index));
  });
  return { ok: true, cases: placed, issues: [] };
}

function placeOf(
  positions: FlowPositions,
  index: number,
): { readonly line?: number; readonly file?: string } {
  const { line, file } = positions.locate(["cases", index]) ?? {};
  return {
    ...(line === undefined ? {} : { line }),
    ...(file === undefined ? {} : { file }),
  };
}

function duplicates(names: readonly string[]): readonly IssueDraft<CasesIssueCode>[] {
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    const message = `there is another case "${name}"; give each its own name`;
    return [{ code: "DUPLICATE_CASE", message, path: ["cases", index, "name"] } as const];
  });
}
