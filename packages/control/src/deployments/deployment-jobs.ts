import type { JobKind } from "../jobs/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import { listContent } from "../catalog/index.ts";
import type { Queries } from "../storage/index.ts";
import type { Deployment } from "./deployment.ts";
import { enqueueRun } from "./begin-deployment.ts";
import { listUnderWay } from "./deployments.ts";
import { DEPLOYMENT_JOB } from "./deployments-means.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { runDeployment } from "./run-deployment.ts";

/** How often it is looked which deployment can go on, ms: the net below being told of reviews. */
const LOOK_EVERY_MS = 60_000;

/** Returns the job that carries a deployment out, and the one that lets those go on that can. */
export function deploymentJobs(means: DeploymentsMeans): readonly JobKind[] {
  return [
    {
      name: DEPLOYMENT_JOB,
      run: ({ payload, signal }) => runDeployment(means, idOf(payload), signal),
    },
    { name: "deployments.schedule", everyMs: LOOK_EVERY_MS, run: () => resumeDeployments(means) },
  ];
}

/**
 * Has those deployments carried out that can go on, of one place or everywhere: that wait for a review
 * Apple has decided on by now, or whose job has ended before they have.
 */
export async function resumeDeployments(
  means: DeploymentsMeans,
  place?: PublicationPlace,
): Promise<void> {
  const { database, ids, now } = means;
  for (const deployment of await listUnderWay(database.queries, place)) {
    if (!(await canGoOn(database.queries, deployment))) continue;
    const run = { id: deployment.id, job: ids(), now: now() };
    await database.transaction((transaction) => enqueueRun(transaction, run));
  }
}

async function canGoOn(
  queries: Queries,
  { app, environment, state, awaiting }: Deployment,
): Promise<boolean> {
  if (state !== "waitingForReview" || awaiting.length === 0) return true;
  const place = { app, environment };
  const pending = new Set<string>();
  for (const kind of ["message", "image"] as const) {
    for (const { identifier } of await listContent(queries, { ...place, kind, state: "PENDING" })) {
      pending.add(identifier);
    }
  }
  // Decided on, in a state nobody knows, or gone: each is worth a look.
  return awaiting.some((identifier) => !pending.has(identifier));
}

function idOf(payload: unknown): string {
  const isObject = typeof payload === "object" && payload !== null;
  return isObject && "deployment" in payload ? String(payload.deployment) : "";
}
