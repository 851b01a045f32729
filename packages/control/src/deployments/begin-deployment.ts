import { ApiRefusal } from "@holdfast/api/server";
import type { Change } from "../http/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import { enqueueJob } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { Deployment } from "./deployment.ts";
import { deploymentOf, rowOf } from "./deployment-rows.ts";
import type { NewDeployment } from "./deployment-rows.ts";
import { listUnderWay } from "./deployments.ts";
import { DEPLOYMENT_JOB } from "./deployments-means.ts";

/**
 * Begins a deployment: writes it down, and the job that carries it out, together.
 *
 * @throws ApiRefusal `CONFLICT` while another of the place is under way
 */
export async function insertDeployment(
  change: Change,
  deployment: NewDeployment,
): Promise<Deployment> {
  const { id, environment, version, job, now } = deployment;
  const row = rowOf(deployment);
  const inserted = await change.queries
    .insertInto("deployments")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["app", "environment"]).where("finished_at", "is", null).doNothing(),
    )
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) throw await underWay(change.queries, deployment);
  await enqueueRun(change, { id, job, now });
  const summary = `began to deploy version ${version} to ${environment}`;
  await change.audit({ target: id, summary });
  return deploymentOf(row);
}

/** A day's worth of tries, with the delays between them; then it begins anew, as long as it is under way. */
const MAX_ATTEMPTS = 100;

/** Has a deployment carried out by a job, unless one has it already. Returns whether there was none. */
export function enqueueRun(
  transaction: Transaction,
  { id, job, now }: Pick<NewDeployment, "id" | "job" | "now">,
): Promise<boolean> {
  return enqueueJob(transaction, {
    id: job,
    kind: DEPLOYMENT_JOB,
    key: id,
    payload: { deployment: id },
    dueAt: now,
    maxAttempts: MAX_ATTEMPTS,
    now,
  });
}

async function underWay(queries: Queries, place: PublicationPlace): Promise<ApiRefusal> {
  const [active] = await listUnderWay(queries, place);
  const which = active === undefined ? "another" : `${active.id} of version ${active.version}`;
  const state = active === undefined ? "" : `, in the state ${active.state}`;
  return new ApiRefusal(
    "CONFLICT",
    `the deployment ${which} to ${place.environment} is under way${state}`,
    { advice: "wait until it has ended, or cancel it" },
  );
}
