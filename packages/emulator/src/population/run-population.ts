import type { Clock } from "../clock/clock.ts";
import { createUnderWay, type UnderWay } from "../concurrency/under-way.ts";
import { emulatorError } from "../errors/index.ts";
import { createSeededRandom, pickOne } from "../random/seeded-random.ts";
import type { CancelSheetView, Impression, OpenCancelSheetOptions } from "../realtime/index.ts";
import type { AppEnvironment, Subscriber } from "../world/index.ts";
import { type PopulationOptions, resolveBehaviour } from "./population-options.ts";

/** Something a subscriber did. */
export type PopulationEvent =
  | { readonly type: "view"; readonly view: CancelSheetView }
  | { readonly type: "tap"; readonly view: CancelSheetView; readonly impression: Impression };

/** Who there is, and what they can do. */
export interface PopulationStage {
  readonly clock: Clock;
  subscribers(place: AppEnvironment): readonly Subscriber[];
  openCancelSheet(options: OpenCancelSheetOptions): Promise<CancelSheetView>;
  tapCancel(viewId: string): Impression;
}

/**
 * Has subscribers open the cancel page, evenly in time, and some of them tap Cancel; yields what they
 * do. A reader that is slow slows them down. Throws `OPTIONS_INVALID`, `APP_UNKNOWN`,
 * `ENVIRONMENT_UNKNOWN`.
 */
export async function* runPopulation(
  stage: PopulationStage,
  options: PopulationOptions,
): AsyncGenerator<PopulationEvent, void, undefined> {
  const behaviour = resolveBehaviour(options);
  const { views, maxConcurrent, signal } = behaviour;
  const { clock } = stage;
  const visitors = createVisitors(stage.subscribers(behaviour), behaviour);
  const happened: PopulationEvent[] = [];
  const underWay = createUnderWay();
  const intervalMs = 1000 / behaviour.viewsPerSecond;
  let nextAt = clock.elapsed();
  let opened = 0;
  const mayOpen = () => opened < views && !signal.aborted;
  while (mayOpen() || underWay.size > 0 || happened.length > 0) {
    yield* happened.splice(0);
    const hasPlace = mayOpen() && underWay.size < maxConcurrent;
    const dueIn = nextAt - clock.elapsed();
    if (hasPlace && dueIn <= 0) {
      // Time lost to a slow reader is not made up for with a burst.
      nextAt = Math.max(nextAt + intervalMs, clock.elapsed());
      opened += 1;
      underWay.add(visit(stage, behaviour, visitors(), happened));
    } else {
      await nextHappening(underWay, clock, hasPlace ? { dueIn, signal } : undefined);
    }
  }
}

/** Who opens the page next, and whether they tap Cancel. */
interface Visitor {
  readonly subscriber: Subscriber;
  readonly taps: boolean;
}

function createVisitors(
  subscribers: readonly Subscriber[],
  { seed, tapProbability }: { readonly seed: number; readonly tapProbability: number },
): () => Visitor {
  const random = createSeededRandom(seed);
  return () => {
    const subscriber = pickOne(random, subscribers);
    if (subscriber === undefined) {
      throw emulatorError("OPTIONS_INVALID", "expected an app with subscribers");
    }
    return { subscriber, taps: random() < tapProbability };
  };
}

async function visit(
  stage: PopulationStage,
  { app, environment }: AppEnvironment,
  { subscriber, taps }: Visitor,
  happened: PopulationEvent[],
): Promise<void> {
  const { originalTransactionId } = subscriber;
  const view = await stage.openCancelSheet({ app, environment, originalTransactionId });
  happened.push({ type: "view", view });
  if (taps) happened.push({ type: "tap", view, impression: stage.tapCancel(view.viewId) });
}

/** Resolves when something under way is done, the next page is due, or all is to stop. */
async function nextHappening(
  underWay: UnderWay,
  clock: Clock,
  next: { readonly dueIn: number; readonly signal: AbortSignal } | undefined,
): Promise<void> {
  if (next === undefined) return underWay.anyDone();
  const waiting = new AbortController();
  const stop = AbortSignal.any([next.signal, waiting.signal]);
  const sleeping = clock.sleep(next.dueIn, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  await Promise.race(underWay.size === 0 ? [sleeping] : [sleeping, underWay.anyDone()]);
  waiting.abort();
  return undefined;
}
