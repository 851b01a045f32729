import type { Feature } from "../http/index.ts";
import { deploymentsOperations } from "./deployments-operations.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";

/** Returns the operations on deployments. */
export function createDeploymentsFeature(means: DeploymentsMeans): Feature {
  return { operations: deploymentsOperations(means) };
}
