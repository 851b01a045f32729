import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Orphan, PlanItem } from "../plan/plan.ts";

/** What the result's JSON is called; another shape gets another name. */
export const APPLY_FORMAT = "holdfast.apply/1";

/** What is kept of an error. */
export interface FailureFacts {
  /** The error's stable code, like `APPLE_REFUSED`. */
  readonly code: string;
  /** Apple's number, where it gave one. */
  readonly errorCode?: number;
  readonly message: string;
  /** What to do about it, where more is known than the message says. */
  readonly advice?: string;
}

/** Something that was tried and did not work. */
export interface Failure<Subject> extends FailureFacts {
  readonly item: Subject;
}

/** Something that was not tried, and why. */
export interface Skipped<Subject> {
  readonly item: Subject;
  readonly because: string;
}

/**
 * How applying ended.
 *
 * - `complete`: Apple has everything the flow wants
 * - `waiting`: all is done but what waits for Apple's approval; apply again later
 * - `failed`: something did not work, or a problem of the plan stood in the way
 * - `interrupted`: the caller's signal ended it; apply again to go on
 */
export type ApplyOutcome = "complete" | "waiting" | "failed" | "interrupted";

/** What was done. Applying again goes on from wherever this ended. */
export interface ApplyResult {
  readonly format: typeof APPLY_FORMAT;
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
  readonly outcome: ApplyOutcome;
  /** Why nothing more was tried, when something failed that is about everything. */
  readonly stoppedBy?: FailureFacts;
  /** In the order it was done. */
  readonly done: readonly PlanItem[];
  readonly failed: readonly Failure<PlanItem>[];
  readonly waiting: readonly PlanItem[];
  readonly skipped: readonly Skipped<PlanItem>[];
  /** What was never come to, when applying ended early. */
  readonly notTried: readonly PlanItem[];
  /** What was deleted; always empty unless pruning was asked for. */
  readonly pruned: readonly Orphan[];
  readonly pruneFailed: readonly Failure<Orphan>[];
  /** What is not wanted and stayed, when pruning was asked for. */
  readonly pruneKept: readonly Skipped<Orphan>[];
}

/** What is done of a plan, in this order. */
export type ApplyStep = "upload" | "review" | "defaults" | "publish" | "realtimeUrl" | "prune";

/** What applying tells while it runs; a `step` begins where there is something to do in it. */
export type ApplyEvent =
  | { readonly type: "step"; readonly step: ApplyStep }
  | { readonly type: "done"; readonly item: PlanItem }
  | { readonly type: "failed"; readonly failure: Failure<PlanItem> }
  | { readonly type: "waiting"; readonly pending: number; readonly nextLookMs: number }
  | { readonly type: "pruned"; readonly orphan: Orphan };
