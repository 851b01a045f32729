import { ApiRefusal } from "@holdfast/api/server";
import type { Change } from "../http/index.ts";
import { readDeployment, updateDeployment } from "./deployments.ts";
import type { DeploymentPlace } from "./deployments.ts";

/**
 * Ends a deployment that is under way. What it did stays. Cancelling twice is fine.
 *
 * @throws ApiRefusal `CONFLICT` once it has ended by itself, `NOT_FOUND`
 */
export async function cancelDeployment(
  change: Change,
  place: DeploymentPlace,
  now: number,
): Promise<void> {
  const deployment = await readDeployment(change.queries, place);
  const { id, version, environment } = deployment;
  const end = { state: "cancelled", awaiting: [], finishedAt: now, now } as const;
  const isEnded = await updateDeployment(change.queries, id, end);
  if (!isEnded && deployment.state !== "cancelled") {
    throw new ApiRefusal(
      "CONFLICT",
      `the deployment ${id} is ${deployment.state} and cannot be cancelled`,
    );
  }
  const summary = `cancelled the deployment of version ${version} to ${environment}`;
  await change.audit({ target: id, summary });
}
