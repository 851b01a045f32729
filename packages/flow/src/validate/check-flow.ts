import { parseFlow } from "../document/parse-flow.ts";
import type { ParsedFlow, ParseFlowOptions } from "../document/parse-flow.ts";
import type { DocumentIssueCode } from "../document/document-code.ts";
import { compareIssues, hasErrors } from "../document/flow-issue.ts";
import type { FlowIssue, FlowPositions } from "../document/flow-issue.ts";
import type { FlowDocument } from "../document/flow-schema.ts";
import { validateFlow } from "./validate-flow.ts";
import type { ValidateOptions } from "./validation.ts";
import type { ValidationIssueCode } from "./validation-code.ts";

/** A flow that may be used, or everything that is wrong with it. */
export type CheckedFlow = {
  readonly positions: FlowPositions;
  readonly issues: readonly FlowIssue<DocumentIssueCode | ValidationIssueCode>[];
} & (
  | { readonly ok: true; readonly document: FlowDocument }
  | { readonly ok: false; readonly document?: FlowDocument | undefined }
);

/**
 * Reads and validates a flow in one go, so that what is wrong in shape and what is wrong in
 * meaning come together: parts that could not be read are left out while the rest is validated.
 *
 * `ok` is false when there is an error; warnings count where `strict` is set.
 */
export function checkFlow(
  text: string,
  options: ParseFlowOptions & Omit<ValidateOptions, "positions"> = {},
): CheckedFlow {
  return checkParsedFlow(parseFlow(text, options), options);
}

/**
 * Validates a flow that was read, as {@link checkFlow} does: for who has it read already, or checks it
 * against several environments.
 */
export function checkParsedFlow(
  { positions, ...parsed }: ParsedFlow,
  options: Omit<ValidateOptions, "positions"> = {},
): CheckedFlow {
  const document = parsed.ok ? parsed.document : parsed.partial;
  const found = document === undefined ? [] : validateFlow(document, { ...options, positions });
  const issues = [...parsed.issues, ...found].sort(compareIssues);
  if (parsed.ok && !hasErrors(issues)) {
    return { ok: true, document: parsed.document, positions, issues };
  }
  return { ok: false, document: parsed.ok ? parsed.document : undefined, positions, issues };
}
