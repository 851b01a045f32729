import { routes } from "@holdfast/api";
import type { RouteBody, RouteInput } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { CodedError } from "@holdfast/appstore/errors";
import { parseFlow } from "@holdfast/flow/document";
import { DEFAULT_ROLLBACK_WINDOW_MS, planDocument } from "@holdfast/provisioning";
import { callApple, readServedApp } from "../catalog/index.ts";
import { requireValidContent } from "../flows/check-content.ts";
import { ownValue } from "../flows/flow-content.ts";
import type { FlowContent } from "../flows/flow-content.ts";
import { readVersion } from "../flows/versions.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { makePlan } from "./make-plan.ts";

/** Returns the operation that tells what a deployment would do. */
export function planOperation(means: DeploymentsMeans): Implementation {
  return implement(routes.planDeployment, async ({ params, body }, { now, signal }) => {
    const app = await readServedApp(means.database.queries, params);
    const { environment } = params;
    const { setDefaults, realtimeURL } = body;
    const content = await contentToPlan(means, params, body);
    const wanted = { ...params, content, setDefaults, realtimeURL };
    const usesSince = now - DEFAULT_ROLLBACK_WINDOW_MS;
    const made = await callApple(means, { app, environment }, (client) =>
      makePlan(means, wanted, { client, signal, usesSince }).catch(refuseUnplannable),
    );
    const document = planDocument(made.plan, positionsOf(content));
    // The API's lists are mutable in type only.
    return { body: structuredClone(document) as RouteBody<typeof routes.planDeployment> };
  });
}

/**
 * Returns the flow that is to be planned; one that is not saved must be one that could be.
 *
 * @throws ApiRefusal `NOT_FOUND`, `FLOW_INVALID`
 */
async function contentToPlan(
  means: DeploymentsMeans,
  { app, environment }: PublicationPlace,
  { version, source = "", files, images }: RouteInput<typeof routes.planDeployment>["body"],
): Promise<FlowContent> {
  if (version !== undefined) {
    return (await readVersion(means.database.queries, { app, version })).content;
  }
  const content = { source, files, images };
  // What Apple has approved of it is for the plan to tell.
  await requireValidContent(means, { app, content, environment, withReviews: false });
  return content;
}

/** What a flow lacks beside it is nothing a caller has sent. */
function refuseUnplannable(error: unknown): never {
  const isLacking = error instanceof CodedError && UNPLANNABLE.some((code) => code === error.code);
  if (!isLacking) throw error;
  throw new ApiRefusal("CONFLICT", error.message, { advice: "sync the catalog, then plan again" });
}

const UNPLANNABLE = ["CATALOG_MISSING"] as const;

function positionsOf({ source, files }: FlowContent) {
  const includes = (path: string) => ownValue(files, path);
  return parseFlow(source, { includes }).positions;
}
