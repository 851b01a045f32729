import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredContent } from "../desired/content.ts";
import type { ProvisioningState } from "../state/provisioning-state.ts";
import { findOrphans } from "./find-orphans.ts";
import type { OrphanOptions } from "./find-orphans.ts";
import { findProblems } from "./find-problems.ts";
import { planContent } from "./plan-content.ts";
import { planDefaults } from "./plan-defaults.ts";
import { planRealtimeUrl } from "./plan-realtime-url.ts";
import { isChange, PLAN_FORMAT } from "./plan.ts";
import type { Orphan, Plan, PlanItem, PlanProblem, PlanSummary } from "./plan.ts";

/** What a plan is made with. */
export interface PlanOptions extends OrphanOptions {
  readonly state: ProvisioningState;
}

/**
 * Returns what there is to do so that Apple has what a flow wants. The same input gives the same
 * plan, in the same order.
 */
export function planChanges(
  desired: DesiredContent,
  apple: AppleContent,
  options: PlanOptions,
): Plan {
  const content = planContent(desired, apple);
  const items: readonly PlanItem[] = [
    ...content.images,
    ...content.messages,
    ...planDefaults(desired, content, options.state),
    ...planRealtimeUrl(desired, apple, content),
  ];
  const orphans = findOrphans(desired, apple, options);
  const problems = findProblems(desired, apple, content);
  const { bundleId, environment } = desired;
  const summary = summarize({ items, orphans, problems });
  return { format: PLAN_FORMAT, bundleId, environment, items, orphans, problems, summary };
}

function summarize({
  items,
  orphans,
  problems,
}: {
  readonly items: readonly PlanItem[];
  readonly orphans: readonly Orphan[];
  readonly problems: readonly PlanProblem[];
}): PlanSummary {
  const count = (holds: (item: PlanItem) => boolean) => items.filter(holds).length;
  return {
    create: count(({ action }) => action === "create" || action === "set"),
    change: count(({ action }) => action === "change"),
    keep: count(({ action }) => action === "keep"),
    waiting: count((item) => isChange(item) && item.readiness === "waits"),
    blocked: count((item) => isChange(item) && item.readiness === "blocked"),
    orphans: orphans.length,
    protected: orphans.filter(
      (orphan) => orphan.kind !== "default" && orphan.protection !== undefined,
    ).length,
    problems: problems.length,
  };
}
