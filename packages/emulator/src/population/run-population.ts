import type { Clock } from "../clock/clock.ts";
import { createUnderWay, type UnderWay } from "../concurrency/under-way.ts";
import { emulatorError } from "../errors/index.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { findEnvironment } from "../world/index.ts";
import { hasCancelButton } from "../world/subscriptions/index.ts";
import { createLives, dayMsOf, type Lives, type Plan } from "./lives.ts";
import { createMinds } from "./minds.ts";
import type { PopulationEvent } from "./population-event.ts";
import {
  type PopulationOptions,
  type ResolvedOptions,
  resolveOptions,
} from "./population-options.ts";
import type { PopulationStage } from "./population-stage.ts";
import { visitPage } from "./visit-page.ts";
import { createRecurringVisitors, createSingleVisitors } from "./visitors.ts";

/** How late a machine's timers may be when it is busy; ours. */
const LATE_MS = 100;

/** As long as timers can wait, about 24 days; what is later is waited for again. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * Has subscribers open the cancel page, evenly in time, some of them tap Cancel, and, when the options say
 * how, decide what to do and live on; yields what they do. A reader that is slow slows them down. What
 * somebody does depends on the seed, on who they are and what they are shown, and not on who else comes
 * when. Throws `OPTIONS_INVALID`, `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`.
 */
export async function* runPopulation(
  stage: PopulationStage,
  options: PopulationOptions,
): AsyncGenerator<PopulationEvent, void, undefined> {
  const resolved = resolveOptions(options);
  const { clock } = stage;
  const happened: PopulationEvent[] = [];
  const town = createTown(stage, resolved, (event) => happened.push(event));
  try {
    const underWay = createUnderWay();
    const intervalMs = 1000 / resolved.viewsPerSecond;
    const endsAt = clock.elapsed() + resolved.durationMs;
    let nextViewAt = clock.elapsed();
    for (;;) {
      yield* happened.splice(0);
      const hasPlace = underWay.size < resolved.maxConcurrent;
      const isOver = resolved.signal.aborted || clock.elapsed() >= endsAt || town.isDone();
      if (isOver && underWay.size === 0) break;
      const viewIn = town.mayVisit() ? nextViewAt - clock.elapsed() : Infinity;
      if (!isOver && hasPlace && town.planIn() <= 0) {
        underWay.add(town.carryOut());
      } else if (!isOver && hasPlace && viewIn <= 0) {
        // What timers are late by is made up for; time lost to a slow reader is not, with a burst.
        nextViewAt = Math.max(nextViewAt + intervalMs, clock.elapsed() - LATE_MS);
        underWay.add(town.visit());
      } else {
        const idleIn = Math.min(town.planIn(), endsAt - clock.elapsed());
        // What is under way is done soon, and plans can wait so long: on a clock that is moved by sleeping,
        // months would pass meanwhile.
        const nextIn = underWay.size > 0 ? viewIn : Math.min(viewIn, idleIn);
        const canBegin = hasPlace && !isOver && (nextIn < Infinity || underWay.size === 0);
        const dueIn = Math.min(nextIn, MAX_WAIT_MS);
        const next = canBegin ? { dueIn, signal: resolved.signal, town } : undefined;
        await nextHappening(underWay, clock, next);
      }
    }
    yield* happened.splice(0);
  } finally {
    town.close();
  }
}

/** The subscribers of one app in one environment, and what they are up to. */
interface Town {
  /** Tells whether somebody could open the page now. */
  mayVisit(): boolean;
  visit(): Promise<void>;
  /** In how many milliseconds the next plan is due; `Infinity` when there is none. */
  planIn(): number;
  carryOut(): Promise<void>;
  /** Tells whether nothing is to begin any more. */
  isDone(): boolean;
  /** Calls `wake` once, when a subscription changes: by somebody else's doing, too. */
  onChange(wake: () => void): void;
  close(): void;
}

function createTown(
  stage: PopulationStage,
  options: ResolvedOptions,
  tell: (event: PopulationEvent) => void,
): Town {
  const { app, environment, seed, tapProbability, behaviour, views, durationMs } = options;
  const place = { app, environment };
  const { subscriptions } = findEnvironment(stage.world, place);
  const { clock } = stage;
  const dayMs = dayMsOf(stage);
  const random = createSeededRandom(seed);
  const visitors =
    options.visits === "onceEach" ? createSingleVisitors(random) : createRecurringVisitors(random);
  const minds = createMinds({
    seed,
    tapProbability,
    reconsiderAfterMs: (behaviour?.reconsiderAfterDays ?? Infinity) * dayMs,
  });
  const lives: Lives | undefined =
    behaviour &&
    createLives(stage, { place, seed, behaviour, tell, forget: (id) => minds.forget(id) });
  /** What waits until somebody is done with what they do. */
  const busy = new Map<string, Plan[]>();
  const mayCome = (id: string, subscription = subscriptions.get(id)) =>
    subscription !== undefined && hasCancelButton(subscription) && !busy.has(id);
  const onlyOneThing = async (id: string, doing: () => Promise<void>) => {
    busy.set(id, []);
    visitors.set(id, false);
    try {
      await doing();
    } finally {
      const waiting = busy.get(id) ?? [];
      busy.delete(id);
      for (const plan of waiting) lives?.postpone(plan);
      visitors.set(id, mayCome(id));
    }
  };
  for (const subscription of subscriptions.values()) {
    const { originalTransactionId } = subscription;
    visitors.set(originalTransactionId, mayCome(originalTransactionId, subscription));
    lives?.begin(subscription);
  }
  if (visitors.size === 0 && (lives === undefined || lives.nextAt() === Infinity)) {
    throw emulatorError("OPTIONS_INVALID", "expected an app with subscribers who can cancel");
  }
  let wakeUp: (() => void) | undefined;
  const unwatch = stage.watchSubscriptions((of, { subscription, events }) => {
    if (of.app !== app || of.environment !== environment) return;
    visitors.set(of.originalTransactionId, mayCome(of.originalTransactionId, subscription));
    lives?.follow(subscription, events);
    wakeUp?.();
  });
  let opened = 0;
  const planIn = () => (lives === undefined ? Infinity : lives.nextAt() - clock.now());
  const mayVisit = () => opened < views && visitors.size > 0;
  return {
    mayVisit,
    planIn,
    async visit() {
      const id = visitors.next();
      if (id === undefined) return;
      opened += 1;
      const context = { place, minds, behaviour, tell, lives };
      await onlyOneThing(id, async () => visitPage(stage, id, context));
    },
    async carryOut() {
      const plan = lives?.take();
      if (plan === undefined) return;
      if (plan.type === "join") {
        await lives?.carryOut(plan);
        return;
      }
      const { originalTransactionId: id } = plan;
      const waiting = busy.get(id);
      if (waiting === undefined) await onlyOneThing(id, async () => lives?.carryOut(plan));
      else waiting.push(plan);
    },
    isDone() {
      if (durationMs !== Infinity || busy.size > 0) return false;
      const isSeen = options.visits === "onceEach" && visitors.size === 0;
      return opened >= views || isSeen || (!mayVisit() && planIn() === Infinity);
    },
    onChange(wake) {
      wakeUp = wake;
    },
    close: unwatch,
  };
}

/** Resolves when something under way is done, what is next is due, or all is to stop. */
async function nextHappening(
  underWay: UnderWay,
  clock: Clock,
  next:
    | {
        readonly dueIn: number;
        readonly signal: AbortSignal;
        readonly town: Pick<Town, "onChange">;
      }
    | undefined,
): Promise<void> {
  if (next === undefined) return underWay.anyDone();
  const waiting = new AbortController();
  next.town.onChange(() => waiting.abort());
  const stop = AbortSignal.any([next.signal, waiting.signal]);
  const sleeping = clock.sleep(next.dueIn, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  await Promise.race(underWay.size === 0 ? [sleeping] : [sleeping, underWay.anyDone()]);
  waiting.abort();
  return undefined;
}
