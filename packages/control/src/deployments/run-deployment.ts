import { setTimeout as sleep } from "node:timers/promises";
import { BadDataError, PolicyError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { ApiRefusal } from "@holdfast/api/server";
import { applyPlan } from "@holdfast/provisioning";
import type { ApplyResult } from "@holdfast/provisioning";
import { readServedApp } from "../catalog/index.ts";
import type { Deployment } from "./deployment.ts";
import {
  failuresOf,
  isPassing,
  leftoversOf,
  problemOf,
  problemsOf,
} from "./deployment-problems.ts";
import { createProgress, undecidedContent } from "./deployment-progress.ts";
import type { DeploymentProgress } from "./deployment-progress.ts";
import { findDeployment, updateDeployment } from "./deployments.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { endDeployment } from "./end-deployment.ts";
import { makePlan } from "./make-plan.ts";
import type { MadePlan } from "./make-plan.ts";
import { publishDeployment } from "./publish-deployment.ts";
import { rememberUploads } from "./remember-uploads.ts";
import { setRealtimeUrl } from "./set-realtime-url.ts";

/**
 * How long one run may take, ms: Apple's pace makes hours of many default messages, and other jobs are not
 * to wait for that. What is left is the next run's.
 */
const MAX_RUN_MS = 10 * 60_000;

/**
 * Takes a deployment as far as it goes now: to its end, or to where it waits for Apple's review. It may be
 * ended anywhere, with its process too, and run again; it goes on from there.
 *
 * @throws what passes, such as an outage of Apple's, so that it is tried again
 */
export async function runDeployment(
  means: DeploymentsMeans,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const deployment = await findDeployment(means.database.queries, id);
  if (deployment === undefined || deployment.finishedAt !== undefined) return;
  try {
    await carryOut(means, deployment, signal);
  } catch (error) {
    signal.throwIfAborted();
    const problems = [problemOf(error)];
    if (isFinal(error)) {
      await endDeployment(means, deployment, { state: "failed", problems });
      return;
    }
    await note(means, deployment, problems);
    throw error;
  }
}

/** Whether trying again would go no better. */
function isFinal(error: unknown): boolean {
  if (error instanceof AppleApiError || error instanceof ApiRefusal) return !isPassing(error.code);
  return [UsageError, PolicyError, BadDataError].some((kind) => error instanceof kind);
}

/** What a run has come to. */
interface Run {
  readonly deployment: Deployment;
  readonly made: MadePlan;
  readonly progress: DeploymentProgress;
  readonly result: ApplyResult;
  readonly isLive: boolean;
  /** Why the flow was not published; undefined where it was, or it was not tried. */
  readonly refusal: unknown;
}

async function carryOut(
  means: DeploymentsMeans,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const { clients, database } = means;
  const { app, environment } = deployment;
  const client = await clients.retentionMessaging(
    await readServedApp(database.queries, { app, environment }),
    environment,
  );
  const made = await makePlan(means, deployment, { client, signal });
  await rememberUploads(database, deployment, made);
  const run = await apply(means, { deployment, made, signal });
  if (run.result.outcome === "interrupted") {
    // Cancelled, or its time is over: then the next run goes on.
    signal.throwIfAborted();
    return;
  }
  await settle(means, run);
}

interface Application {
  readonly deployment: Deployment;
  readonly made: MadePlan;
  readonly signal: AbortSignal;
}

async function apply(
  means: DeploymentsMeans,
  { deployment, made, signal: stopping }: Application,
): Promise<Run> {
  const { id, version, publishWhen } = deployment;
  const { queries } = means.database;
  const { plan, client, desired, state } = made;
  const progress = createProgress(plan);
  let isLive = deployment.sequence !== undefined;
  let refusal: unknown;
  if (isLive) progress.published();
  const cancelled = new AbortController();
  const signal = AbortSignal.any([stopping, cancelled.signal, AbortSignal.timeout(MAX_RUN_MS)]);
  const result = await applyPlan(plan, {
    client,
    desired,
    state,
    name: `version ${version}`,
    now: means.now,
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
      const update = { ...(to && { state: to }), steps: progress.steps(), now: means.now() };
      if (!(await updateDeployment(queries, id, update))) cancelled.abort();
    },
  });
  return { deployment, made, progress, result, isLive, refusal };
}

async function settle(means: DeploymentsMeans, run: Run): Promise<void> {
  const { deployment, made, progress, result } = run;
  const { app, environment } = deployment;
  const states = await means.facts.reviewStates(app, environment);
  if (states !== undefined) progress.review(states);
  const steps = progress.steps();
  switch (endOf(run)) {
    case "live":
      await endDeployment(means, deployment, {
        state: "live",
        problems: leftoversOf(made.plan, result),
        steps,
      });
      return;
    case "failed":
      await endDeployment(means, deployment, {
        state: "failed",
        problems: problemsOf(made.plan, result, run.refusal),
        steps,
      });
      return;
    case "waiting":
      await updateDeployment(means.database.queries, deployment.id, {
        state: "waitingForReview",
        steps,
        problems: [],
        awaiting: states === undefined ? [] : undecidedContent(made.plan, states),
        now: means.now(),
      });
      return;
    case "again":
      throw passingErrorOf(result);
  }
}

function endOf({ deployment, result, isLive }: Run): "live" | "failed" | "waiting" | "again" {
  const failures = failuresOf(result);
  if (failures.length > 0) {
    return failures.every(({ code }) => isPassing(code)) ? "again" : "failed";
  }
  const isUrlLeft = [...result.waiting, ...result.skipped.map(({ item }) => item)].some(
    ({ kind }) => kind === "realtimeUrl",
  );
  if (isLive && !isUrlLeft) return "live";
  if (result.outcome === "waiting") return "waiting";
  // What was rejected is no obstacle to publishing what is approved, once that is enough.
  const mayBecomeEnough = deployment.publishWhen === "publishable" && result.waiting.length > 0;
  return mayBecomeEnough && !isLive ? "waiting" : "failed";
}

/** Returns the first failure as an error again. */
function passingErrorOf(result: ApplyResult): UpstreamError {
  const [{ code, message } = { code: "INTERNAL", message: "it failed" }] = failuresOf(result);
  return new UpstreamError(code, message);
}

/** That the note itself cannot be written is told by the error it is about. */
async function note(
  { database, now }: DeploymentsMeans,
  { id }: Deployment,
  problems: Deployment["problems"],
): Promise<void> {
  await updateDeployment(database.queries, id, { problems, now: now() }).catch(() => undefined);
}
