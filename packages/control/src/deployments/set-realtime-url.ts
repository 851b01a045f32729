import { ApiRefusal, etagOf } from "@holdfast/api/server";
import { AppleApiError } from "@holdfast/appstore/http";
import { changeAsSystem } from "../publishing/system-change.ts";
import { changeUrl } from "../realtime-url/change-url.ts";
import { urlVersion } from "../realtime-url/url-version.ts";
import type { Deployment } from "./deployment.ts";
import { DEPLOYMENT_JOB } from "./deployments-means.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";

/** A change of the URL. */
export interface UrlMove {
  /** What the plan found there; null for none. */
  readonly from: string | null;
  readonly to: string;
  readonly signal: AbortSignal;
}

/**
 * Sets the real-time URL for a deployment as whoever asked for that would have, so that it is in the URL's
 * history and can be taken back.
 *
 * @throws AppleApiError; ApiRefusal `PRECONDITION_FAILED` where somebody has set another one meanwhile,
 *   `UNAVAILABLE` while somebody changes it
 */
export async function setRealtimeUrl(
  means: DeploymentsMeans,
  { app, environment, version, createdBy }: Deployment,
  { from, to, signal }: UrlMove,
): Promise<void> {
  const { database, now } = means;
  const action = "configureRealtimeUrl";
  const change = { database, app, environment, job: DEPLOYMENT_JOB, action, now: now() };
  try {
    await changeUrl(means, {
      place: { app, environment },
      ifMatch: etagOf(urlVersion(from)),
      to,
      changedBy: createdBy,
      summary: `set the real-time URL with version ${version}`,
      now: now(),
      signal,
      commit: (act) => changeAsSystem(change, act),
    });
  } catch (error) {
    // Whether an error passes, and in whose words it is told, Apple's own says best.
    const isApples = error instanceof ApiRefusal && error.cause instanceof AppleApiError;
    throw isApples ? error.cause : error;
  }
}
