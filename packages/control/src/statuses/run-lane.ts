import { findApp, signedDataExpectations } from "../apps/index.ts";
import type { JobTimes } from "../jobs/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { askAbout } from "./ask-about.ts";
import type { Asked } from "./ask-about.ts";
import type { AskingMeans } from "./ask-status.ts";
import type { CallPace } from "./call-pace.ts";
import { dropCancelled } from "./imports/drop-cancelled.ts";
import { dueStatuses } from "./due-statuses.ts";
import type { DueStatus } from "./due-statuses.ts";
import { judgeNoClient } from "./judge-failure.ts";
import { writeQueueProgress } from "./queue-state.ts";
import type { RateMeter } from "./rate-meter.ts";
import type { StatusesMeans } from "./statuses-means.ts";
import type { WantedStep } from "./tables.ts";

/** Questions under way at the same time: at 25 a second Apple may take a third of a second for each. */
const CONCURRENCY = 8;

/** How much work is taken at once, in seconds of the pace: what is more urgent waits no longer. */
const BATCH_SECONDS = 2;

/** After so many failures in a row, whoever was asked about, Apple is left alone for a while. */
const OUTAGE = { failures: 5, pauseMs: 60_000 } as const;

/** One app's questions of one kind in one environment. */
export interface Lane {
  readonly place: SubscriptionPlace;
  readonly step: WantedStep;
  readonly pace: CallPace;
  /** Calls a second. */
  readonly perSecond: number;
  readonly meter: RateMeter;
}

/** Until when a lane goes on. */
export interface LaneRun {
  readonly times: JobTimes;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Asks Apple about those who are due, the most urgent first, until nobody is, the time is over, or Apple is
 * to be left alone. However it ends, each answer was written when it came. Returns whether anybody was due.
 *
 * @throws what is not about Apple's answers; what was under way has ended by then
 */
export async function runLane(lane: Lane, means: StatusesMeans, run: LaneRun): Promise<boolean> {
  const { place, step, perSecond } = lane;
  const { times, signal, until } = run;
  const { queries } = means.database;
  const limit = Math.max(CONCURRENCY, Math.ceil(perSecond * BATCH_SECONDS));
  let asking: AskingMeans | undefined;
  let wasDue = false;
  while (times.now() < until) {
    signal.throwIfAborted();
    const found = await dueStatuses(queries, place, { step, now: times.now(), limit });
    if (found.length === 0) break;
    wasDue = true;
    const due = await dropCancelled(means.database, found);
    asking ??= await openAsking(lane, means, times);
    if (asking === undefined || !(await askBatch(due, { lane, means, run, asking }))) break;
  }
  return wasDue;
}

/** Undefined, with the reason written down, where Apple cannot be asked. */
async function openAsking(
  { place, pace }: Lane,
  { database, clients, verifier, idsOf, allowNonAppleProductionRoots }: StatusesMeans,
  times: JobTimes,
): Promise<AskingMeans | undefined> {
  const app = await findApp(database.queries, place.app);
  if (app === undefined) return undefined;
  try {
    const client = await clients.appStoreServer(app, place.environment);
    // Roots that were added while the server allowed them count no more when it does not.
    const onlyApplesRoot = place.environment === "production" && !allowNonAppleProductionRoots;
    const expected = signedDataExpectations(app, place.environment, { onlyApplesRoot });
    return { place, client, verifier, expected, ids: await idsOf(place.app), pace };
  } catch (error) {
    const { code, until: pausedUntil } = judgeNoClient(error, times.now());
    const problem = { code, pausedUntil };
    await writeQueueProgress(database.queries, place, { problem, now: times.now() });
    return undefined;
  }
}

interface Batch {
  readonly lane: Lane;
  readonly means: StatusesMeans;
  readonly run: LaneRun;
  readonly asking: AskingMeans;
}

/** Returns whether to go on after it. */
async function askBatch(due: readonly DueStatus[], batch: Batch): Promise<boolean> {
  const { lane, means, run, asking } = batch;
  const { times, signal, until } = run;
  const waiting = [...due];
  lane.meter.begin(times.now());
  let problem: { code: string; pausedUntil?: number } | undefined;
  let failures = 0;
  let isAnswered = false;
  let defect: { readonly error: unknown } | undefined;

  function note(asked: Asked): void {
    if (asked.to === "left") return;
    failures = "isOutage" in asked && asked.isOutage ? failures + 1 : 0;
    isAnswered ||= asked.to === "fetched" || asked.to === "notFound";
    const now = times.now();
    if (asked.to === "pause") problem = { code: asked.code, pausedUntil: asked.until };
    else if (lane.step === "status") lane.meter.count(now);
    if (asked.to !== "later" && asked.to !== "failed") return;
    const isDown = failures >= OUTAGE.failures;
    if (problem?.pausedUntil !== undefined) return;
    problem = {
      code: asked.code,
      ...(isDown ? { pausedUntil: now + OUTAGE.pauseMs } : {}),
    };
  }

  function mayBegin(): boolean {
    const isPaused = problem?.pausedUntil !== undefined;
    return !isPaused && defect === undefined && !signal.aborted && times.now() < until;
  }

  async function work(): Promise<void> {
    while (mayBegin()) {
      const next = waiting.shift();
      if (next === undefined) return;
      try {
        note(await askAbout(next, { means, asking, now: () => times.now(), signal }));
      } catch (error) {
        defect ??= { error };
      }
    }
  }

  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const now = times.now();
  const rate = lane.step === "status" ? lane.meter.rate(now) : undefined;
  await writeQueueProgress(means.database.queries, lane.place, {
    ...(problem === undefined ? {} : { problem }),
    ...(rate === undefined ? {} : { rate }),
    isAnswered,
    now,
  });
  if (defect !== undefined) throw defect.error;
  return problem?.pausedUntil === undefined;
}
