import type { AppleClients } from "../keys/index.ts";
import type { PublishingMeans } from "../publishing/index.ts";

/** What deployments are carried out with. */
export interface DeploymentsMeans extends PublishingMeans {
  readonly clients: AppleClients;
  /**
   * How long one run of a deployment may take, ms; default 10 minutes. Apple's pace makes hours of many
   * default messages, and other jobs are not to wait for that: what is left is the next run's.
   */
  readonly maxRunMs?: number;
}

/** The kind of job that carries a deployment out, and who the audit log names for what it does. */
export const DEPLOYMENT_JOB = "deployments.run";

/** What the ends of deployments are announced under; the change's subject is the deployment's id. */
export const DEPLOYMENT_TOPICS = {
  live: "deployment.finished",
  failed: "deployment.failed",
} as const;
