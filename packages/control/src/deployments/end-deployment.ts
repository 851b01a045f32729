import { changeAsSystem } from "../publishing/system-change.ts";
import type { Deployment } from "./deployment.ts";
import { updateDeployment } from "./deployments.ts";
import { DEPLOYMENT_JOB, DEPLOYMENT_TOPICS } from "./deployments-means.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";

/** How a deployment ends by itself. */
export interface DeploymentEnd extends Pick<Deployment, "problems"> {
  readonly state: "live" | "failed";
  readonly steps?: Deployment["steps"];
}

/** Ends a deployment, audited and announced; one that has ended meanwhile stays as it is. */
export async function endDeployment(
  { database, now }: DeploymentsMeans,
  { id, app, environment, version }: Deployment,
  { state, problems, steps }: DeploymentEnd,
): Promise<void> {
  const at = now();
  const action = state === "live" ? "finishDeployment" : "failDeployment";
  const change = { database, app, environment, job: DEPLOYMENT_JOB, action, now: at };
  await changeAsSystem(change, async ({ queries, audit, announce }) => {
    const end = { state, problems, awaiting: [], finishedAt: at, now: at, ...(steps && { steps }) };
    if (!(await updateDeployment(queries, id, end))) return;
    announce({ topic: DEPLOYMENT_TOPICS[state], app, environment, subject: id });
    const why = problems[0]?.code ?? "";
    const summary =
      state === "live"
        ? `deployed version ${version} to ${environment}`
        : `could not deploy version ${version} to ${environment}: ${why}`;
    await audit({ target: id, summary });
  });
}
