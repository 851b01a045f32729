import { ApiRefusal } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import { enqueueJob } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { PublicationPlace } from "./publishing-means.ts";
import type { PublicationSchedulesTable } from "./tables.ts";

/** A version that becomes live later. */
export interface Schedule extends PublicationPlace {
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly publishAt: number;
  readonly state: PublicationSchedulesTable["state"];
  /** The code of why it failed. */
  readonly problem?: string;
  readonly note?: string;
  readonly createdBy: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The kind of job that publishes what is scheduled. */
export const SCHEDULE_JOB = "publishing.schedule";

/** What a schedule that failed is announced under; the change's subject is its id. */
export const SCHEDULE_FAILED_TOPIC = "publication-schedule.failed";

/** What is scheduled, by whom and when. */
export type NewSchedule = Omit<Schedule, "state" | "problem" | "note"> & {
  readonly note?: string | undefined;
};

/** Schedules a publication: writes it down, and the job that does it, together. */
export async function insertSchedule(change: Change, schedule: NewSchedule): Promise<Schedule> {
  const { id, app, environment, version, publishAt, note, createdBy, createdAt } = schedule;
  const row = {
    id,
    app,
    environment,
    version,
    publish_at: publishAt,
    state: "waiting" as const,
    problem: null,
    note: note ?? null,
    created_by: createdBy,
    created_at: createdAt,
  };
  await change.queries.insertInto("publication_schedules").values(row).execute();
  await enqueueJob(change, {
    id,
    kind: SCHEDULE_JOB,
    key: id,
    payload: { schedule: id },
    dueAt: publishAt,
    now: createdAt,
  });
  const at = new Date(publishAt).toISOString();
  await change.audit({
    target: id,
    summary: `scheduled version ${version} for ${environment} at ${at}`,
  });
  return scheduleOf(row);
}

/** Returns a schedule; undefined where there is none. */
export async function findSchedule(queries: Queries, id: string): Promise<Schedule | undefined> {
  const row = await queries
    .selectFrom("publication_schedules")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : scheduleOf(row);
}

/** Where a list goes on: after the entry with this state, time and id. */
export interface SchedulePosition {
  readonly isWaiting: boolean;
  readonly publishAt: number;
  readonly id: string;
}

/** Returns schedules: those that wait, the next first, and then those that do not any more, the last first. */
export async function listSchedules(
  queries: Queries,
  place: PublicationPlace,
  { limit, after }: { readonly limit: number; readonly after?: SchedulePosition | undefined },
): Promise<readonly Schedule[]> {
  const isPast = after?.isWaiting === false;
  const waiting = isPast ? [] : await page(queries, place, { isWaiting: true, limit, after });
  const rest = limit - waiting.length;
  if (rest === 0) return waiting.map(scheduleOf);
  const past = await page(queries, place, {
    isWaiting: false,
    limit: rest,
    after: isPast ? after : undefined,
  });
  return [...waiting, ...past].map(scheduleOf);
}

interface PageOptions {
  readonly isWaiting: boolean;
  readonly limit: number;
  readonly after: SchedulePosition | undefined;
}

async function page(
  queries: Queries,
  { app, environment }: PublicationPlace,
  { isWaiting, limit, after }: PageOptions,
): Promise<readonly ScheduleRow[]> {
  const [direction, isAfter] = isWaiting ? (["asc", ">"] as const) : (["desc", "<"] as const);
  let query = queries
    .selectFrom("publication_schedules")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("state", isWaiting ? "=" : "<>", "waiting");
  if (after !== undefined) {
    query = query.where((row) =>
      row(row.refTuple("publish_at", "id"), isAfter, row.tuple(after.publishAt, after.id)),
    );
  }
  return query.orderBy("publish_at", direction).orderBy("id", direction).limit(limit).execute();
}

/**
 * Keeps a version from being published. Cancelling twice is fine.
 *
 * @throws ApiRefusal `CONFLICT` once it was published or failed, `NOT_FOUND`
 */
export async function cancelSchedule(
  change: Change,
  { app, environment, id }: PublicationPlace & { readonly id: string },
): Promise<void> {
  const schedule = await findSchedule(change.queries, id);
  if (schedule?.app !== app || schedule.environment !== environment) {
    throw new ApiRefusal("NOT_FOUND", `${app} has no schedule ${id} in ${environment}`);
  }
  const isSettled = await settleSchedule(change.queries, id, { state: "cancelled" });
  if (!isSettled && schedule.state !== "cancelled") {
    throw new ApiRefusal(
      "CONFLICT",
      `the schedule ${id} is ${schedule.state} and cannot be cancelled`,
    );
  }
  await change.audit({
    target: id,
    summary: `cancelled the schedule of version ${schedule.version}`,
  });
}

/** Writes down how a schedule ended. Returns whether it was still waiting; otherwise nothing changes. */
export async function settleSchedule(
  queries: Queries,
  id: string,
  end: { readonly state: "published" | "failed" | "cancelled"; readonly problem?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("publication_schedules")
    .set({ state: end.state, problem: end.problem ?? null })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Why a schedule failed that came due between a backup and its restore. */
const RESTORED = "RESTORED";

/**
 * Fails every schedule that is due in a database that was restored, and returns how many: each may have been
 * published or cancelled since the backup was made, and nobody expects an old version to go live by itself.
 */
export async function failDueSchedules(queries: Queries, now: number): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable("publication_schedules")
    .set({ state: "failed", problem: RESTORED })
    .where("state", "=", "waiting")
    .where("publish_at", "<=", now)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

type ScheduleRow = Selectable<PublicationSchedulesTable>;

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    version: row.version,
    publishAt: row.publish_at,
    state: row.state,
    ...(row.problem === null ? {} : { problem: row.problem }),
    ...(row.note === null ? {} : { note: row.note }),
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
