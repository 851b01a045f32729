import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { requireApprovals } from "../flows/approvals.ts";
import { requireValidContent } from "../flows/check-content.ts";
import { requireEnvironment } from "../flows/flow-means.ts";
import { readVersion } from "../flows/versions.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { findActiveInAppPurchaseKey } from "../keys/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Deployment } from "./deployment.ts";
import { insertDeployment } from "./begin-deployment.ts";
import { cancelDeployment } from "./cancel-deployment.ts";
import { listDeployments, readDeployment } from "./deployments.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { liveSequence } from "./expected-sequence.ts";
import { planOperation } from "./plan-operation.ts";

/** Returns the operations on deployments. */
export function deploymentsOperations(means: DeploymentsMeans): readonly Implementation[] {
  return [planOperation(means), create(means), ...reading(means), cancel()];
}

function create(means: DeploymentsMeans): Implementation {
  const { ids } = means;
  return implement(routes.createDeployment, async ({ params, body }, { caller, now, change }) => {
    await requireDeployable(means, params, body);
    return change(async (transaction) => {
      const created = { ...params, ...body, createdBy: caller.id, now };
      const deployment = await insertDeployment(transaction, { ...created, id: ids(), job: ids() });
      return { body: bodyOf(deployment) };
    });
  });
}

/**
 * Refuses at once what could not be published whatever Apple's reviewers decide.
 *
 * @throws ApiRefusal `NOT_FOUND`, `FLOW_INVALID`, `APPROVAL_REQUIRED`; `CONFLICT` where something else is
 *   live than expected, or there is no key to call Apple with
 */
async function requireDeployable(
  means: DeploymentsMeans,
  place: PublicationPlace,
  { version, expectedSequence }: Pick<Deployment, "version" | "expectedSequence">,
): Promise<void> {
  const { queries } = means.database;
  const { app, environment } = place;
  const { settings } = await requireEnvironment(means, app, environment);
  const { content } = await readVersion(queries, { app, version });
  await requireValidContent(means, { app, content, environment, withReviews: false });
  const required = settings.requiredApprovals;
  await requireApprovals(queries, { app, version, environment, required });
  await liveSequence(queries, place, expectedSequence);
  if ((await findActiveInAppPurchaseKey(queries, app)) !== undefined) return;
  throw new ApiRefusal("CONFLICT", `${app} has no active In-App Purchase key`, {
    advice: "add one",
  });
}

function reading({ database: { queries } }: DeploymentsMeans): readonly Implementation[] {
  const operationId = "listDeployments";
  return [
    implement(routes.readDeployment, async ({ params: { deployment: id, ...place } }) => ({
      body: bodyOf(await readDeployment(queries, { ...place, id })),
    })),
    implement(routes.listDeployments, async ({ params, query: { limit, cursor } }) => {
      const kinds = ["string"] as const;
      const [after] = cursor === undefined ? [] : readCursor(cursor, { operationId, kinds });
      const rows = await listDeployments(queries, params, { limit: limit + 1, after });
      return {
        body: pageOf(rows, {
          operationId,
          limit,
          itemOf: bodyOf,
          positionOf: ({ id }: Deployment) => [id],
        }),
      };
    }),
  ];
}

function cancel(): Implementation {
  return implement(
    routes.cancelDeployment,
    async ({ params: { deployment: id, ...place } }, { now, change }) =>
      change(async (transaction) => {
        await cancelDeployment(transaction, { ...place, id }, now);
        return {};
      }),
  );
}

function bodyOf({ awaiting: _awaiting, ...deployment }: Deployment) {
  return {
    ...deployment,
    steps: [...deployment.steps],
    problems: [...deployment.problems],
  };
}
