import { watchReviewedPlaces } from "../publishing/index.ts";
import type { ReviewedPlacesOptions } from "../publishing/index.ts";
import { resumeDeployments } from "./deployment-jobs.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";

/** What deployments are watched with. */
export interface WatchDeploymentsOptions extends Omit<ReviewedPlacesOptions, "act"> {
  readonly means: DeploymentsMeans;
}

/**
 * Lets deployments go on as soon as it is known what Apple's reviewers decided; what could not go on then
 * the job finds later. Returns how to stop, which resolves when nothing is under way any more.
 */
export function watchDeployments({
  means,
  ...options
}: WatchDeploymentsOptions): () => Promise<void> {
  return watchReviewedPlaces({ ...options, act: (place) => resumeDeployments(means, place) });
}
