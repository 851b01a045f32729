export type { AppleContent, AppleImage } from "./apple/apple-content.ts";
export { readAppleContent } from "./apple/read-apple-content.ts";
export { refreshDefaults } from "./apple/refresh-defaults.ts";
export { applyPlan } from "./apply/apply-plan.ts";
export type { ApplyOptions, PublishReadiness } from "./apply/apply-run.ts";
export type { ApplyEvent, ApplyOutcome, ApplyResult, FailureFacts } from "./apply/apply-result.ts";
export { approvalIntervalMs } from "./apply/await-approval.ts";
export { createFailureStreak, isPassingFailure } from "./apply/failure-streak.ts";
export { sayProtection } from "./apply/prune-orphans.ts";
export { desiredContent } from "./desired/desired-content.ts";
export type { DesiredContent } from "./desired/content.ts";
export { placeKey } from "./desired/place-key.ts";
export { exportFlow } from "./export/export-flow.ts";
export type { ExportedFlow } from "./export/export-flow.ts";
export { describeItem, describeOrphan } from "./plan/describe-item.ts";
export { hasChanges, isChange } from "./plan/plan.ts";
export type { Orphan, Plan, PlanItem, PlanProblem } from "./plan/plan.ts";
export { planChanges } from "./plan/plan-changes.ts";
export { planDocument } from "./plan/plan-document.ts";
export type { PlanDocument } from "./plan/plan-document.ts";
export { publicationUse } from "./state/publication-use.ts";
export { emptyState, parseProvisioningState } from "./state/provisioning-state.ts";
export type { ProvisioningState, StateOwner } from "./state/provisioning-state.ts";
export {
  DEFAULT_ROLLBACK_WINDOW_MS,
  MAX_ROLLBACK_WINDOW_MS,
  recordUse,
} from "./state/record-use.ts";
export type { NewUse } from "./state/record-use.ts";
export { openState } from "./state/state-keeper.ts";
export type { StateKeeper, StateStore } from "./state/state-keeper.ts";
