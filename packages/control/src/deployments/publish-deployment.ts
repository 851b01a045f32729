import { ApiRefusal } from "@holdfast/api/server";
import { PolicyError } from "@holdfast/appstore/errors";
import type { PublishReadiness } from "@holdfast/provisioning";
import { commitPublication, preparePublication } from "../publishing/publish-version.ts";
import { changeAsSystem } from "../publishing/system-change.ts";
import type { Deployment } from "./deployment.ts";
import { findDeployment, updateDeployment } from "./deployments.ts";
import { DEPLOYMENT_JOB } from "./deployments-means.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { liveSequence } from "./expected-sequence.ts";

/** How often it is tried to publish over what the system publishes at the same moment. */
const MAX_TRIES = 5;

/**
 * Publishes the version of a deployment, and writes that down, in one transaction; once, however often it
 * is called. Returns whether it is live: not while what Apple has approved is too little.
 *
 * @throws ApiRefusal `CONFLICT` when somebody published since the deployment was asked for,
 *   `APPROVAL_REQUIRED`, `FLOW_INVALID`; PolicyError `DEPLOYMENT_ENDED` when it was cancelled meanwhile
 */
export async function publishDeployment(
  means: DeploymentsMeans,
  deployment: Deployment,
  { isWaiting }: PublishReadiness,
): Promise<boolean> {
  if (deployment.sequence !== undefined) return true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await publishOnce(means, deployment);
      return true;
    } catch (error) {
      if (isWaiting && lacksOnlyApproval(error)) return false;
      if (!(error instanceof ApiRefusal) || error.code !== "CONFLICT") throw error;
      // Another process may have taken the job for lost and done it.
      const { sequence } = (await findDeployment(means.database.queries, deployment.id)) ?? {};
      if (sequence !== undefined) return true;
      // Over what a person published, the next try is refused for good.
      if (attempt >= MAX_TRIES) throw error;
    }
  }
}

async function publishOnce(means: DeploymentsMeans, deployment: Deployment): Promise<void> {
  const { database, now } = means;
  const { id, app, environment, version, note, createdBy, expectedSequence } = deployment;
  const prepared = await preparePublication(means, {
    app,
    environment,
    version,
    note,
    kind: "publish",
    expectedSequence: await liveSequence(database.queries, deployment, expectedSequence),
    publishedBy: createdBy,
  });
  const action = "publishDeployment";
  const change = { database, app, environment, job: DEPLOYMENT_JOB, action, now: now() };
  await changeAsSystem(change, async (transaction) => {
    const { sequence } = await commitPublication(transaction, prepared);
    if (await updateDeployment(transaction.queries, id, { sequence, now: now() })) return;
    throw new PolicyError("DEPLOYMENT_ENDED", `the deployment ${id} was cancelled`);
  });
}

/** Whether all that is wrong with the flow is that Apple has not approved enough of it. */
function lacksOnlyApproval(error: unknown): boolean {
  if (!(error instanceof ApiRefusal) || error.code !== "FLOW_INVALID") return false;
  const errors = (error.facts.issues ?? []).filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(({ code }) => code === "NO_APPROVED_TEXT");
}
