import { AppleApiError } from "@holdfast/appstore/http";
import { PolicyError } from "@holdfast/appstore/errors";
import type { Plan } from "../plan/plan.ts";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";
import { recordNames, recordUse } from "../state/record-use.ts";
import { ApplyEnded, ApplyLog, failureOf } from "./apply-log.ts";
import { APPLY_FORMAT } from "./apply-result.ts";
import type { ApplyOutcome, ApplyResult } from "./apply-result.ts";
import type { ApplyOptions, ApplyRun } from "./apply-run.ts";
import { awaitApproval } from "./await-approval.ts";
import { pruneOrphans } from "./prune-orphans.ts";
import { setDefaults } from "./set-defaults.ts";
import { setRealtimeUrl } from "./set-realtime-url.ts";
import { uploadMissing } from "./upload-missing.ts";

/**
 * Carries a plan out: images, messages, perhaps waiting for approval, default messages, the URL,
 * perhaps pruning. It may end anywhere, also with the process; a plan made and applied again goes on
 * from there and uploads nothing twice. A single failure does not end it: what does not depend on
 * what failed is still done.
 *
 * @throws PolicyError `PLAN_BLOCKED` before anything is sent, when Apple's limits would be passed
 */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  assertWithinLimits(plan);
  const { desired, state, name, now, signal, progress = () => undefined } = options;
  const log = new ApplyLog(progress, signal);
  const run: ApplyRun = { ...options, plan, log };
  await state.update((before) => {
    const { messages, images } = desired;
    const used = { messages: identifiersOf(messages), images: identifiersOf(images) };
    return recordUse(recordNames(before, desired), { kind: "apply", name, ...used }, now());
  });
  const ended = await untilEnded(async () => {
    await uploadMissing(run);
    const reviewed = await awaitApproval(run);
    await setDefaults(run, reviewed);
    await setRealtimeUrl(run);
    await pruneOrphans(run);
  });
  const { bundleId, environment } = plan;
  return {
    format: APPLY_FORMAT,
    bundleId,
    environment,
    outcome: outcomeOf(run, ended),
    ...(ended instanceof AppleApiError ? { stoppedBy: failureOf(ended) } : {}),
    ...log.parts,
  };
}

function identifiersOf(all: readonly { readonly identifier: string }[]): string[] {
  return all.map(({ identifier }) => identifier);
}

function assertWithinLimits({ problems }: Plan): void {
  const limits = problems.filter(({ code }) => code.startsWith("TOO_MANY_"));
  if (limits.length === 0) return;
  throw new PolicyError<ProvisioningErrorCode>(
    "PLAN_BLOCKED",
    limits.map(({ message }) => message).join("; "),
  );
}

type End = ApplyEnded | AppleApiError | undefined;

/** Runs the steps; returns how they were ended, if they were. */
async function untilEnded(act: () => Promise<void>): Promise<End> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof ApplyEnded) return error;
    if (!(error instanceof AppleApiError)) throw error;
    return error.code === "REQUEST_ABORTED" ? new ApplyEnded("interruption") : error;
  }
}

function outcomeOf({ plan, log }: ApplyRun, ended: End): ApplyOutcome {
  if (ended instanceof ApplyEnded && ended.isInterruption) return "interrupted";
  if (ended !== undefined || log.hasFailures || plan.problems.length > 0) return "failed";
  return log.parts.waiting.length > 0 ? "waiting" : "complete";
}
