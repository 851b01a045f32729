import { setTimeout as sleep } from "node:timers/promises";
import { applyPlan } from "@holdfast/provisioning";
import type { ApplyResult } from "@holdfast/provisioning";
import type { Deployment } from "./deployment.ts";
import { createProgress } from "./deployment-progress.ts";
import type { DeploymentProgress } from "./deployment-progress.ts";
import { updateDeployment } from "./deployments.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import type { MadePlan } from "./make-plan.ts";
import { publishDeployment } from "./publish-deployment.ts";
import { setRealtimeUrl } from "./set-realtime-url.ts";

const MAX_RUN_MS = 10 * 60_000;

/** What a run has come to. */
export interface DeploymentRun {
  readonly deployment: Deployment;
  readonly made: MadePlan;
  readonly progress: DeploymentProgress;
  readonly result: ApplyResult;
  readonly isLive: boolean;
  /** Why the flow was not published; undefined where it was, or it was not tried. */
  readonly refusal: unknown;
}

/** What is carried out. */
export interface Application {
  readonly deployment: Deployment;
  readonly made: MadePlan;
  readonly signal: AbortSignal;
}

/**
 * Carries a deployment's plan out as far as it goes now, writing down how far it is. It ends at the next step
 * when the deployment was cancelled, or when its time is over.
 *
 * @throws as `applyPlan` does, and what has no code as it is
 */
export async function applyDeployment(
  means: DeploymentsMeans,
  { deployment, made, signal: stopping }: Application,
): Promise<DeploymentRun> {
  const { id, version, publishWhen } = deployment;
  const { now, maxRunMs = MAX_RUN_MS } = means;
  const { queries } = means.database;
  const { plan, client, desired, state } = made;
  const progress = createProgress(plan);
  let isLive = deployment.sequence !== undefined;
  let refusal: unknown;
  if (isLive) progress.published();
  const cancelled = new AbortController();
  const signal = AbortSignal.any([stopping, cancelled.signal, AbortSignal.timeout(maxRunMs)]);
  const result = await applyPlan(plan, {
    client,
    desired,
    state,
    name: `version ${version}`,
    now,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    signal,
    beforeApproval: publishWhen === "publishable" ? "publish" : "nothing",
    async publish(ready) {
      isLive = await publishDeployment(means, deployment, ready).catch((error: unknown) => {
        refusal = error;
        throw error;
      });
      if (isLive) progress.published();
      return isLive;
    },
    changeRealtimeUrl: (move) => setRealtimeUrl(means, deployment, { ...move, signal }),
    async progress(event) {
      const to = progress.note(event);
      const update = { ...(to && { state: to }), steps: progress.steps(), now: now() };
      if (!(await updateDeployment(queries, id, update))) cancelled.abort();
    },
  });
  return { deployment, made, progress, result, isLive, refusal };
}
