import { ApiRefusal } from "@holdfast/api/server";
import type { JobKind } from "../jobs/index.ts";
import { commitPublication, preparePublication } from "./publish-version.ts";
import { readLivePublication } from "./publications.ts";
import type { PublishingMeans } from "./publishing-means.ts";
import { findSchedule, SCHEDULE_FAILED_TOPIC, SCHEDULE_JOB, settleSchedule } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";
import { changeAsSystem } from "./system-change.ts";

/** How often it is tried to publish over what others publish at the same moment. */
const MAX_TRIES = 5;

/**
 * Returns the job that publishes a scheduled version when it is due, whatever is live then. A flow that is
 * not valid by then, or not approved, fails for good and changes nothing; a database that cannot be reached
 * is tried again. What was published and not yet written down as done is not published twice: both are
 * one transaction.
 */
export function scheduleJob(means: PublishingMeans): JobKind {
  return {
    name: SCHEDULE_JOB,
    async run({ payload }) {
      const schedule = await findSchedule(means.database.queries, scheduleId(payload));
      if (schedule?.state !== "waiting") return;
      try {
        await publishScheduled(means, schedule);
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        await fail(means, schedule, error.code);
      }
    },
  };
}

async function publishScheduled(means: PublishingMeans, schedule: Schedule): Promise<void> {
  const { id, app, environment, version, note, createdBy } = schedule;
  for (let attempt = 1; ; attempt += 1) {
    const live = await readLivePublication(means.database.queries, schedule);
    try {
      const prepared = await preparePublication(means, {
        app,
        environment,
        version,
        note,
        kind: "schedule",
        expectedSequence: live?.sequence ?? 0,
        publishedBy: createdBy,
      });
      await changeAsSystem(systemChange(means, schedule), async (change) => {
        // Cancelled meanwhile: then there is nothing to publish.
        if (!(await settleSchedule(change.queries, id, { state: "published" }))) return;
        await commitPublication(change, prepared);
      });
      return;
    } catch (error) {
      const isOvertaken = error instanceof ApiRefusal && error.code === "CONFLICT";
      if (!isOvertaken || attempt >= MAX_TRIES) throw error;
    }
  }
}

async function fail(means: PublishingMeans, schedule: Schedule, problem: string): Promise<void> {
  const { id, version, app, environment } = schedule;
  await changeAsSystem(systemChange(means, schedule), async (change) => {
    if (!(await settleSchedule(change.queries, id, { state: "failed", problem }))) return;
    change.announce({ topic: SCHEDULE_FAILED_TOPIC, app, environment, subject: id });
    const summary = `could not publish version ${version} to ${environment} as scheduled: ${problem}`;
    await change.audit({ target: id, summary });
  });
}

function systemChange({ database, now }: PublishingMeans, { app, environment }: Schedule) {
  return { database, app, environment, job: SCHEDULE_JOB, action: "publishScheduled", now: now() };
}

function scheduleId(payload: unknown): string {
  const isObject = typeof payload === "object" && payload !== null;
  return isObject && "schedule" in payload ? String(payload.schedule) : "";
}
