import { CodedError } from "@holdfast/appstore/errors";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import type { JobKind, JobTimes } from "../../jobs/index.ts";
import type { Database } from "../../storage/index.ts";
import { findTarget } from "../target.ts";
import type { TargetClients } from "../target-clients.ts";
import { boundMarks } from "./bound-marks.ts";
import { markDue } from "./due-marks.ts";
import { fillMarks } from "./fill-marks.ts";
import { takeTurns } from "./place-turns.ts";
import { busyPlaces, followTargets } from "./state-places.ts";
import type { StatePlace } from "./state-places.ts";
import { writeMarked } from "./write-marked.ts";

/** How often it is looked what is marked, ms: the first write after a quiet time waits so long. */
const LOOK_EVERY_MS = 2000;

/** How long one run begins with places, ms: the next one goes on where it stopped. */
const RUN_MS = 60_000;

/** After a failure a place is left alone for so long, ms. */
const PAUSE_MS = 30_000;

/** Codes of what is wrong with one namespace, or with what opens it; all else is wrong with the job. */
const OF_THE_PLACE = /^(CLOUDFLARE|SECRET|KV)_/;

/** How often marks are made of what is due, or was there, before they are written: one call's worth of each. */
const MARKED_PIECES = 10;

/** What writing states needs. */
export interface WorkerStatesMeans extends Pick<TargetClients, "clientOf"> {
  readonly database: Database;
  /** Default the system's. */
  readonly times?: JobTimes | undefined;
  /** How many marks of a place are kept while nothing can be written; default 500,000. */
  readonly maxMarks?: number | undefined;
}

/**
 * Returns the job that writes subscriber states where Workers read them: those that changed, those that change
 * by themselves, and once all of those that were there when the namespace was connected. It runs in one
 * process at a time, so that what is written last is newest.
 */
export function workerStatesJob(means: WorkerStatesMeans): JobKind {
  const { times = SYSTEM_TIMES } = means;
  return {
    name: "workers.states",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      const { database } = means;
      await followTargets(database, times.now());
      await takeTurns({
        busy: () => busyPlaces(database.queries, { now: times.now(), pauseMs: PAUSE_MS }),
        nameOf: ({ app, environment }) => `${app} ${environment}`,
        act: (place) => workOn(place, { means, times, signal }),
        times,
        forMs: RUN_MS,
        lookEveryMs: LOOK_EVERY_MS,
      });
    },
  };
}

interface PlaceRun {
  readonly means: WorkerStatesMeans;
  readonly times: JobTimes;
  readonly signal: AbortSignal;
}

/** Writes what is to be written of a place; returns whether there was any, and it could be. */
async function workOn(place: StatePlace, run: PlaceRun): Promise<boolean> {
  const { means, times, signal } = run;
  const { database } = means;
  try {
    const target = await findTarget(database.queries, place.app);
    if (target === undefined) return false;
    const namespace = await means.clientOf(target);
    const isMarked = await makeMarks(place, run);
    const isWritten = await writeMarked(place, { database, namespace, times, signal });
    return isMarked || isWritten;
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof CodedError ? String(error.code) : "";
    if (!OF_THE_PLACE.test(code)) throw error;
    await noteProblem(place, { database, code, now: times.now() });
    await boundMarks(database, place, { max: means.maxMarks, signal });
    return false;
  }
}

/** Marks what is due by itself, and who was there before; returns whether any of these were. */
async function makeMarks(
  place: StatePlace,
  { means: { database }, times, signal }: PlaceRun,
): Promise<boolean> {
  for (let piece = 0; piece < MARKED_PIECES; piece += 1) {
    signal.throwIfAborted();
    if (!(await markDue(database, place, times.now()))) break;
  }
  let filled: StatePlace | undefined = place;
  for (let piece = 0; piece < MARKED_PIECES; piece += 1) {
    signal.throwIfAborted();
    filled = await fillMarks(database, filled, times.now());
    if (filled === undefined) return piece > 0;
  }
  return true;
}

async function noteProblem(
  { app, environment, begun_at }: StatePlace,
  {
    database,
    code,
    now,
  }: { readonly database: Database; readonly code: string; readonly now: number },
): Promise<void> {
  await database.queries
    .updateTable("worker_state_places")
    .set({ problem: code, next_at: now + PAUSE_MS })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("begun_at", "=", begun_at)
    .execute();
}
