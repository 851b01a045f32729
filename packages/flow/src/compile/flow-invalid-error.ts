import { BadDataError } from "@holdfast/appstore/errors";
import type { FlowIssue } from "../document/flow-issue.ts";

/**
 * Why a flow cannot be compiled.
 *
 * - `FLOW_INVALID`: validation found errors; they are in `issues`
 */
export type CompileErrorCode = "FLOW_INVALID";

/** A flow with errors was to be compiled. */
export class FlowInvalidError extends BadDataError<CompileErrorCode> {
  /** Everything validation found, warnings included. */
  readonly issues: readonly FlowIssue[];

  constructor(issues: readonly FlowIssue[]) {
    const errors = issues.filter(({ severity }) => severity === "error");
    const [first] = errors;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    super("FLOW_INVALID", `the flow has errors: ${first?.message ?? "unknown"}${more}`);
    this.issues = issues;
  }
}
