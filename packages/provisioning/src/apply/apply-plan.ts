import { UsageError } from "@holdfast/appstore/errors";
import type { DesiredContent } from "../desired/content.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";
import { recordNames, recordUse } from "../state/record-use.ts";
import { ApplyLog, endOf } from "./apply-log.ts";
import type { ApplyEnded } from "./apply-log.ts";
import { APPLY_FORMAT } from "./apply-result.ts";
import type { ApplyOutcome, ApplyResult } from "./apply-result.ts";
import type { ApplyOptions, ApplyRun } from "./apply-run.ts";
import { awaitApproval } from "./await-approval.ts";
import { goLive } from "./go-live.ts";
import { pruneOrphans } from "./prune-orphans.ts";
import { setDefaults } from "./set-defaults.ts";
import { uploadMissing } from "./upload-missing.ts";

/**
 * Carries a plan out: images, messages, perhaps waiting for approval, default messages, perhaps
 * publishing, the URL, perhaps pruning. It may end anywhere, also with the process; a plan made and
 * applied again goes on from there and uploads nothing twice. A single failure does not end it: what
 * does not depend on what failed is still done. Once something may have been sent, what fails is told
 * in the result and not thrown.
 *
 * @throws UsageError before anything is sent: `TOO_MANY_MESSAGES`, `TOO_MANY_IMAGES` when Apple's
 * limits would be passed, `PLAN_OF_ANOTHER_FLOW` when the plan uploads what `desired` does not have;
 * and what the state throws when it cannot be written
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  const { desired, state, name, now, signal, progress = () => undefined } = options;
  assertWithinLimits(plan);
  assertPlanOf(desired, plan);
  const log = new ApplyLog(progress, signal);
  const run: ApplyRun = { ...options, plan, log };
  await state.update((before) => {
    const { messages, images } = desired;
    const used = { messages: identifiersOf(messages), images: identifiersOf(images) };
    return recordUse(recordNames(before, desired), { kind: "apply", name, ...used }, now());
  });
  const ended = await carryOut(run);
  if (ended !== undefined && run.prune !== undefined) log.keepUntried(plan.orphans);
  const { bundleId, environment } = plan;
  return {
    format: APPLY_FORMAT,
    bundleId,
    environment,
    outcome: outcomeOf(run, ended),
    ...(ended?.by === undefined ? {} : { stoppedBy: ended.by }),
    ...log.partsOf(plan),
  };
}

function identifiersOf(all: readonly { readonly identifier: string }[]): string[] {
  return all.map(({ identifier }) => identifier);
}

function assertWithinLimits({ problems }: Plan): void {
  const [first, ...others] = problems.filter(
    ({ code }) => code === "TOO_MANY_MESSAGES" || code === "TOO_MANY_IMAGES",
  );
  if (first === undefined) return;
  const message = [first, ...others].map((problem) => problem.message).join("; ");
  throw new UsageError(first.code, `${message}. Nothing was sent`);
}

/** An identifier can never be given other content, so nothing must be uploaded in place of what lacks. */
function assertPlanOf({ images, messages }: DesiredContent, { items }: Plan): void {
  const uploadable = new Set([
    ...images.filter(({ bytes }) => bytes !== undefined).map(({ identifier }) => identifier),
    ...messages.filter(({ body }) => body !== undefined).map(({ identifier }) => identifier),
  ]);
  for (const item of items) {
    if (item.kind !== "image" && item.kind !== "message") continue;
    if (item.action === "keep" || uploadable.has(item.identifier)) continue;
    throw new UsageError<ProvisioningErrorCode>(
      "PLAN_OF_ANOTHER_FLOW",
      `the plan uploads the ${item.kind} ${item.identifier}, and the flow has no content for it; make the plan anew of this flow`,
    );
  }
}

/** Runs the steps in their order; returns how they were ended, if they were. */
async function carryOut(run: ApplyRun): Promise<ApplyEnded | undefined> {
  try {
    await uploadMissing(run);
    const reviewed = await awaitApproval(run);
    await setDefaults(run, reviewed);
    await goLive(run);
    await pruneOrphans(run);
    return undefined;
  } catch (error) {
    return endOf(error, run.signal);
  }
}

function outcomeOf({ plan, log }: ApplyRun, ended: ApplyEnded | undefined): ApplyOutcome {
  if (ended !== undefined) return ended.by === undefined ? "interrupted" : "failed";
  if (log.hasFailures || plan.problems.length > 0) return "failed";
  return log.hasWaiting ? "waiting" : "complete";
}
