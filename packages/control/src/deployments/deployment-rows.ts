import type { Selectable } from "kysely";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Deployment } from "./deployment.ts";
import type { DeploymentProblem, StepProgress } from "./deployment-state.ts";
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

type DeploymentRow = Selectable<DeploymentsTable>;

/** Returns the row of a deployment that begins. */
export function rowOf({ now, job: _job, ...deployment }: NewDeployment): DeploymentRow {
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

/** Returns a row as a deployment. */
export function deploymentOf(row: DeploymentRow): Deployment {
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
