import { ApiRefusal } from "@holdfast/api/server";
import { BadDataError, PolicyError, UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { readServedApp } from "../catalog/index.ts";
import { readVersion } from "../flows/versions.ts";
import { applyDeployment } from "./apply-deployment.ts";
import type { Deployment } from "./deployment.ts";
import { isPassing, problemOf } from "./deployment-problems.ts";
import { findDeployment, updateDeployment } from "./deployments.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { endDeployment } from "./end-deployment.ts";
import { makePlan } from "./make-plan.ts";
import { rememberUploads } from "./remember-uploads.ts";
import { settleRun } from "./settle-run.ts";

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
  const { content } = await readVersion(database.queries, deployment);
  const made = await makePlan(means, { ...deployment, content }, { client, signal });
  await rememberUploads(database, deployment, made);
  const run = await applyDeployment(means, { deployment, made, signal });
  if (run.result.outcome === "interrupted") {
    // Cancelled, or its time is over: then the next run goes on.
    signal.throwIfAborted();
    return;
  }
  await settleRun(means, run);
}

/** That the note itself cannot be written is told by the error it is about. */
async function note(
  { database, now }: DeploymentsMeans,
  { id }: Deployment,
  problems: Deployment["problems"],
): Promise<void> {
  await updateDeployment(database.queries, id, { problems, now: now() }).catch(() => undefined);
}
