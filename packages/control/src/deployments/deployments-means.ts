import type { AppleClients } from "../keys/index.ts";
import type { PublishingMeans } from "../publishing/index.ts";

/** What deployments are carried out with. */
export interface DeploymentsMeans extends PublishingMeans {
  readonly clients: AppleClients;
}

/** The kind of job that carries a deployment out, and who the audit log names for what it does. */
export const DEPLOYMENT_JOB = "deployments.run";

/** What the ends of deployments are announced under; the change's subject is the deployment's id. */
export const DEPLOYMENT_TOPICS = {
  live: "deployment.finished",
  failed: "deployment.failed",
} as const;
