import { SYSTEM_TIMES } from "../jobs/index.ts";
import type { JobKind, JobTimes } from "../jobs/index.ts";
import { createCallPace } from "./call-pace.ts";
import { pruneSettled } from "./prune-settled.ts";
import { openPlaces } from "./queue-state.ts";
import { createRateMeter } from "./rate-meter.ts";
import { runLane } from "./run-lane.ts";
import type { Lane } from "./run-lane.ts";
import { CALLS_PER_SECOND } from "./statuses-means.ts";
import type { StatusesMeans } from "./statuses-means.ts";
import type { WantedStep } from "./tables.ts";

/** The job that asks Apple. */
export const STATUSES_JOB = "statuses.fetch";

/** How often it is looked who is due, ms; while somebody is asked about as well. */
const LOOK_EVERY_MS = 2000;

/** How long one run lasts at most, ms: the next one goes on where it stopped. */
const RUN_MS = 60_000;

const HOUR_MS = 3_600_000;

/** Rows deleted by one statement, and statements in one run. */
const PRUNED = { rows: 500, batches: 400 } as const;

/**
 * Returns the job that asks Apple about those who are due, in every environment of every app at the same
 * time, and the one that forgets who was asked about. The first runs in one process at a time, which is what
 * keeps two of them from asking for the same.
 */
export function statusesJobs(means: StatusesMeans): readonly JobKind[] {
  const { database, times = SYSTEM_TIMES } = means;
  const laneOf = createLanes(means, times);
  return [
    {
      name: STATUSES_JOB,
      everyMs: LOOK_EVERY_MS,
      run: ({ signal }) => fetchStatuses({ means, times, laneOf }, signal),
    },
    {
      name: "statuses.retention",
      everyMs: HOUR_MS,
      async run({ signal }) {
        for (let batch = 0; batch < PRUNED.batches; batch += 1) {
          signal.throwIfAborted();
          if ((await pruneSettled(database.queries, times.now(), PRUNED.rows)) === 0) return;
        }
      },
    },
  ];
}

type FindLane = (place: Lane["place"], step: WantedStep) => Lane;

/** Lanes keep their pace from run to run. */
function createLanes({ settings }: StatusesMeans, times: JobTimes): FindLane {
  const lanes = new Map<string, Lane>();
  return (place, step) => {
    const key = `${place.app} ${place.environment} ${step}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const { environment } = place;
    const perSecond = settings?.callsPerSecond?.[environment] ?? CALLS_PER_SECOND[environment];
    const pace = createCallPace(perSecond, times);
    const lane = { place, step, perSecond, pace, meter: createRateMeter() };
    lanes.set(key, lane);
    return lane;
  };
}

interface Fetching {
  readonly means: StatusesMeans;
  readonly times: JobTimes;
  readonly laneOf: FindLane;
}

/** Goes on until nobody is due anywhere, or the run's time is over. */
async function fetchStatuses(
  { means, times, laneOf }: Fetching,
  signal: AbortSignal,
): Promise<void> {
  const steps: readonly WantedStep[] =
    means.settings?.readHistories === false ? ["status"] : ["status", "history"];
  const busy = new Map<Lane, Promise<void>>();
  const failures: unknown[] = [];
  const until = times.now() + RUN_MS;
  let wasDue = false;

  async function work(lane: Lane): Promise<void> {
    try {
      const was = await runLane(lane, means, { times, signal, until });
      wasDue ||= was;
    } catch (error) {
      failures.push(error);
    } finally {
      busy.delete(lane);
    }
  }

  try {
    while (failures.length === 0 && times.now() < until) {
      signal.throwIfAborted();
      wasDue = false;
      for (const place of await openPlaces(means.database.queries, times.now())) {
        for (const step of steps) {
          const lane = laneOf(place, step);
          if (!busy.has(lane)) busy.set(lane, work(lane));
        }
      }
      await Promise.race([Promise.all(busy.values()), times.wait(LOOK_EVERY_MS, signal)]);
      // A status that was fetched may have made its history due.
      if (busy.size === 0 && !wasDue) break;
    }
  } finally {
    await Promise.all(busy.values());
  }
  if (failures.length > 0) throw failures[0];
}
