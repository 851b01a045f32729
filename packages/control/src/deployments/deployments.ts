import { ApiRefusal } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import type { Change } from "../http/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import { enqueueJob, fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { Deployment, DeploymentProblem, StepProgress } from "./deployment.ts";
import { DEPLOYMENT_JOB } from "./deployments-means.ts";
import type { DeploymentsTable } from "./tables.ts";

/** What is to be deployed, by whom and when. */
export interface NewDeployment extends Pick<
  Deployment,
  | "id"
  | "app"
  | "environment"
  | "version"
  | "expectedSequence"
  | "publishWhen"
  | "setDefaults"
  | "createdBy"
> {
  readonly realtimeURL?: string | undefined;
  readonly note?: string | undefined;
  /** The id of the job that carries it out first. */
  readonly job: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Which deployment. */
export interface DeploymentPlace extends PublicationPlace {
  readonly id: string;
}

/**
 * Begins a deployment: writes it down, and the job that carries it out, together.
 *
 * @throws ApiRefusal `CONFLICT` while another of the place is under way
 */
export async function insertDeployment(
  change: Change,
  deployment: NewDeployment,
): Promise<Deployment> {
  const { id, environment, version, job, now } = deployment;
  const row = rowOf(deployment);
  const inserted = await change.queries
    .insertInto("deployments")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["app", "environment"]).where("finished_at", "is", null).doNothing(),
    )
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) throw await underWay(change.queries, deployment);
  await enqueueRun(change, { id, job, now });
  const summary = `began to deploy version ${version} to ${environment}`;
  await change.audit({ target: id, summary });
  return deploymentOf(row);
}

/** A day's worth of tries, with the delays between them; then it begins anew, as long as it is under way. */
const MAX_ATTEMPTS = 100;

/** Has a deployment carried out by a job, unless one has it already. Returns whether there was none. */
export function enqueueRun(
  transaction: Transaction,
  { id, job, now }: Pick<NewDeployment, "id" | "job" | "now">,
): Promise<boolean> {
  return enqueueJob(transaction, {
    id: job,
    kind: DEPLOYMENT_JOB,
    key: id,
    payload: { deployment: id },
    dueAt: now,
    maxAttempts: MAX_ATTEMPTS,
    now,
  });
}

async function underWay(queries: Queries, place: PublicationPlace): Promise<ApiRefusal> {
  const [active] = await listUnderWay(queries, place);
  const which = active === undefined ? "another" : `${active.id} of version ${active.version}`;
  const state = active === undefined ? "" : `, in the state ${active.state}`;
  return new ApiRefusal(
    "CONFLICT",
    `the deployment ${which} to ${place.environment} is under way${state}`,
    { advice: "wait until it has ended, or cancel it" },
  );
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

type DeploymentRow = Selectable<DeploymentsTable>;

function rowOf({ now, job: _job, ...deployment }: NewDeployment): DeploymentRow {
  return {
    id: deployment.id,
    app: deployment.app,
    environment: deployment.environment,
    version: deployment.version,
    expected_sequence: deployment.expectedSequence,
    publish_when: deployment.publishWhen,
    set_defaults: deployment.setDefaults ? 1 : 0,
    realtime_url: deployment.realtimeURL ?? null,
    note: deployment.note ?? null,
    state: "uploading",
    steps: toJsonText<readonly StepProgress[]>([]),
    problems: toJsonText<readonly DeploymentProblem[]>([]),
    awaiting: toJsonText<readonly string[]>([]),
    sequence: null,
    created_by: deployment.createdBy,
    created_at: now,
    updated_at: now,
    finished_at: null,
  };
}

function deploymentOf(row: DeploymentRow): Deployment {
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    version: row.version,
    expectedSequence: row.expected_sequence,
    publishWhen: row.publish_when,
    setDefaults: row.set_defaults === 1,
    ...(row.realtime_url === null ? {} : { realtimeURL: row.realtime_url }),
    ...(row.note === null ? {} : { note: row.note }),
    state: row.state,
    steps: fromJsonText(row.steps),
    problems: fromJsonText(row.problems),
    awaiting: fromJsonText(row.awaiting),
    ...(row.sequence === null ? {} : { sequence: row.sequence }),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
  };
}
