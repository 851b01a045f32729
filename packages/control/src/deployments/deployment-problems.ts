import { ApiRefusal } from "@holdfast/api/server";
import { CodedError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { describeItem, isPassingFailure } from "@holdfast/provisioning";
import type { ApplyResult, FailureFacts, Plan, PlanItem } from "@holdfast/provisioning";
import type { DeploymentProblem } from "./deployment-state.ts";

/** The most problems that are kept; the first say enough. */
const MAX_PROBLEMS = 200;

/** The longest text of a problem, in UTF-16 code units: what the API sends. */
const MAX_TEXT = 2000;

/** Codes of ours after which trying again may go better, with nothing mended. */
const PASSING: ReadonlySet<string> = new Set([
  "DATABASE_UNREACHABLE",
  "DATABASE_BUSY",
  "DATABASE_FULL",
  "UNAVAILABLE",
]);

/** Tells of a failure's code whether trying again may go better, with nothing mended. */
export function isPassing(code: string): boolean {
  return PASSING.has(code) || isPassingFailure(code);
}

/** Returns what went wrong while a plan was carried out: what ended it, and what failed. */
export function failuresOf({ stoppedBy, failed }: ApplyResult): readonly FailureFacts[] {
  return [...failed, ...(stoppedBy === undefined ? [] : [stoppedBy])];
}

/**
 * Returns the problems of a deployment that a plan's end leaves.
 *
 * @param refusal - what ended it, where that was a refusal of ours: it says more than is kept of it
 */
export function problemsOf(
  plan: Plan,
  { stoppedBy, failed, skipped }: ApplyResult,
  refusal?: unknown,
): readonly DeploymentProblem[] {
  const ended = refusal === undefined ? stoppedBy && problem(stoppedBy) : problemOf(refusal);
  const isTold = new Set(plan.problems.map(({ identifier }) => identifier));
  return limited([
    ...(ended === undefined ? [] : [ended]),
    ...failed.map(({ item, ...facts }) => problem(facts, item)),
    ...plan.problems.map(({ code, message }) => problem({ code, message })),
    ...skipped
      .filter(({ item }) => !("identifier" in item && isTold.has(item.identifier)))
      .map(({ item, because }) => problem({ code: "LEFT_OUT", message: because }, item)),
  ]);
}

/** Returns what a deployment that is live has left: what Apple has not approved by then, or rejected. */
export function leftoversOf(plan: Plan, result: ApplyResult): readonly DeploymentProblem[] {
  const waiting = result.waiting.map((item) =>
    problem(
      { code: "WAITS_FOR_REVIEW", message: "Apple has not approved it yet", ...adviceFor(item) },
      item,
    ),
  );
  return limited([...problemsOf(plan, result), ...waiting]);
}

/** Texts come by themselves; default messages do not. */
function adviceFor({ kind }: PlanItem): { readonly advice?: string } {
  return kind === "default" ? { advice: "deploy the version again once it is approved" } : {};
}

/** Returns an error as a problem. What has no code is told as little of as elsewhere. */
export function problemOf(error: unknown): DeploymentProblem {
  if (error instanceof ApiRefusal) {
    const { advice } = error.toBody().error;
    return problem({ code: error.code, message: error.message, ...(advice && { advice }) });
  }
  if (!(error instanceof CodedError)) {
    return {
      code: "INTERNAL",
      message: "something failed that should not; the server's log has it",
    };
  }
  const { errorCode, advice } = error instanceof AppleApiError ? error : {};
  return problem({
    code: String(error.code),
    message: error.message,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(advice === undefined ? {} : { advice }),
  });
}

function problem(facts: FailureFacts, item?: PlanItem): DeploymentProblem {
  const { code, message, advice, errorCode } = facts;
  return {
    code,
    message: message.slice(0, MAX_TEXT),
    ...(advice === undefined ? {} : { advice: advice.slice(0, MAX_TEXT) }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(item === undefined ? {} : { subject: describeItem(item).join(" ").slice(0, MAX_TEXT) }),
  };
}

function limited(problems: readonly DeploymentProblem[]): readonly DeploymentProblem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  const more = problems.length - MAX_PROBLEMS + 1;
  const last = {
    code: "MORE_PROBLEMS",
    message: `and ${more} more; planning the version shows all`,
  };
  return [...problems.slice(0, MAX_PROBLEMS - 1), last];
}
