import { ApiRefusal } from "@holdfast/api/server";
import type { PublicationPlace } from "../publishing/index.ts";
import { toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { Deployment } from "./deployment.ts";
import { deploymentOf } from "./deployment-rows.ts";
import type { DeploymentProblem, StepProgress } from "./deployment-state.ts";

/** Which deployment. */
export interface DeploymentPlace extends PublicationPlace {
  readonly id: string;
}

/** Returns the deployments that are under way, of one place or everywhere. */
export async function listUnderWay(
  queries: Queries,
  place?: PublicationPlace,
): Promise<readonly Deployment[]> {
  let query = queries.selectFrom("deployments").selectAll().where("finished_at", "is", null);
  if (place !== undefined) {
    query = query.where("app", "=", place.app).where("environment", "=", place.environment);
  }
  return (await query.orderBy("id").execute()).map(deploymentOf);
}

/** Returns a deployment; undefined where there is none. */
export async function findDeployment(
  queries: Queries,
  id: string,
): Promise<Deployment | undefined> {
  const row = await queries
    .selectFrom("deployments")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : deploymentOf(row);
}

/**
 * Returns a deployment of a place.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readDeployment(
  queries: Queries,
  { app, environment, id }: DeploymentPlace,
): Promise<Deployment> {
  const found = await findDeployment(queries, id);
  if (found?.app === app && found.environment === environment) return found;
  throw new ApiRefusal("NOT_FOUND", `${app} has no deployment ${id} in ${environment}`);
}

/** Returns the deployments of a place, the newest first. */
export async function listDeployments(
  queries: Queries,
  { app, environment }: PublicationPlace,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Deployment[]> {
  let query = queries
    .selectFrom("deployments")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment);
  if (after !== undefined) query = query.where("id", "<", after);
  const rows = await query.orderBy("id", "desc").limit(limit).execute();
  return rows.map(deploymentOf);
}

/** What changes of a deployment. */
export interface DeploymentUpdate {
  readonly state?: Deployment["state"];
  readonly steps?: readonly StepProgress[];
  readonly problems?: readonly DeploymentProblem[];
  readonly awaiting?: readonly string[];
  readonly sequence?: number;
  /** Ends it. */
  readonly finishedAt?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Writes how a deployment stands. Returns whether it is still under way; otherwise nothing changes. */
export async function updateDeployment(
  queries: Queries,
  id: string,
  { state, steps, problems, awaiting, sequence, finishedAt, now }: DeploymentUpdate,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("deployments")
    .set({
      updated_at: now,
      ...(state === undefined ? {} : { state }),
      ...(steps === undefined ? {} : { steps: toJsonText(steps) }),
      ...(problems === undefined ? {} : { problems: toJsonText(problems) }),
      ...(awaiting === undefined ? {} : { awaiting: toJsonText(awaiting) }),
      ...(sequence === undefined ? {} : { sequence }),
      ...(finishedAt === undefined ? {} : { finished_at: finishedAt }),
    })
    .where("id", "=", id)
    .where("finished_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Why a deployment failed that was under way when a backup was made that was restored. */
const RESTORED: DeploymentProblem = {
  code: "RESTORED",
  message: "it was under way when the backup was made that was restored",
  advice: "look at what is live, and deploy again what is wanted",
};

/**
 * Fails every deployment that is under way in a database that was restored, and returns how many: each may have
 * ended since the backup was made, and nobody expects an old version to go live by itself.
 */
export async function failRestoredDeployments(queries: Queries, now: number): Promise<number> {
  const problems = toJsonText([RESTORED]);
  const { numUpdatedRows } = await queries
    .updateTable("deployments")
    .set({ state: "failed", problems, updated_at: now, finished_at: now })
    .where("finished_at", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
