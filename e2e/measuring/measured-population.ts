import { routes } from "@holdfast/api";
import type { Deciding, PopulationEvent } from "@holdfast/emulator";
import { expect } from "vitest";
import { hasCancelButton } from "../../packages/emulator/src/world/subscriptions/index.ts";
import { PLACE } from "./measured-app.ts";
import type { MeasuredWorld } from "./measured-world.ts";

const HOUR_MS = 3_600_000;

/** Everything is decided by it: who is shown what, and what they do then. */
export const SEED = 1;

/** Subscribers who live, and what they did so far. */
export interface LivingPopulation {
  readonly events: readonly PopulationEvent[];
  /** Lets so many hours pass, in steps of some. */
  live(hours: number, stepHours: number): Promise<void>;
}

/**
 * Has everybody who can cancel open the page once, and returns when the control plane has all decisions; what they
 * do later they do as hours pass.
 *
 * @param days - how long they live at most
 */
export async function startPopulation(
  { emulator, clock, admin }: MeasuredWorld,
  deciding: Deciding,
  { days }: { readonly days: number },
): Promise<LivingPopulation> {
  const events: PopulationEvent[] = [];
  const there = emulator.world.get(PLACE.app)?.environments[PLACE.environment];
  const subscriptions = [...(there?.subscriptions.values() ?? [])];
  const visitors = subscriptions.filter((subscription) => hasCancelButton(subscription)).length;
  const ending = new AbortController();
  async function watch(): Promise<void> {
    try {
      const population = emulator.runPopulation({
        ...PLACE,
        ...deciding,
        seed: SEED,
        visits: "onceEach",
        viewsPerSecond: 1e6,
        maxConcurrent: 8,
        durationMs: days * 24 * HOUR_MS,
      });
      for await (const event of population) events.push(event);
    } finally {
      ending.abort();
    }
  }
  const watching = watch();
  // Whoever lives with them hears of it.
  watching.catch(() => undefined);
  const viewed = (): number => events.filter(({ type }) => type === "view").length;
  await expect.poll(viewed, { timeout: 50_000 }).toBe(visitors);
  const counted = async (): Promise<number> =>
    (await admin.call(routes.countDecisions, { params: PLACE, query: {} })).body.total;
  await expect.poll(counted).toBe(visitors);

  /** Tells whether they all sleep, and no notification is to be sent before they wake up. */
  async function isQuiet(): Promise<boolean> {
    await emulator.notificationsIdle();
    const waiting = emulator
      .notifications(PLACE)
      .filter(({ nextAttemptAt }) => nextAttemptAt !== undefined);
    // Each of those sleeps, and so does the population while it has nothing to do.
    return ending.signal.aborted || clock.sleepers() > waiting.length;
  }
  return {
    events,
    async live(hours, stepHours) {
      for (let passed = 0; passed < hours && !ending.signal.aborted; passed += stepHours) {
        clock.advance(stepHours * HOUR_MS);
        await expect.poll(isQuiet, { interval: 1 }).toBe(true);
      }
      if (ending.signal.aborted) await watching;
    },
  };
}
