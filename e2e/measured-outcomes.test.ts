import type { NotificationFault, Subscription } from "@holdfast/emulator";
import { expectedKeepRate, traitsOf } from "@holdfast/emulator";
import { expect, test } from "vitest";
import { engines, SQLITE } from "../packages/control/src/storage/testing/engines.ts";
import { MESSAGE, PLACE } from "./measuring/measured-app.ts";
import { importSubscribers } from "./measuring/import-subscribers.ts";
import { measuredArms, measuredDifferences } from "./measuring/measured-arms.ts";
import { startPopulation } from "./measuring/measured-population.ts";
import { startMeasuredWorld } from "./measuring/measured-world.ts";
import type { MeasuredWorld } from "./measuring/measured-world.ts";
import { countsOf, toldArms, toldRenewals } from "./measuring/told-outcomes.ts";
import type { ToldArm, ToldSubscription } from "./measuring/told-outcomes.ts";

/** Only what hangs takes so long. */
const TIMEOUT_MS = 120_000;

const HOUR_MS = 3_600_000;
const WINDOW_MS = 24 * HOUR_MS;

/** After the window, when notifications have come on both sides of it, or Apple has given up to send them. */
const CLOSED_HOURS = 75;

/** What they do with what they are shown. Whoever turns renewal on again does it after the window. */
const DECIDING = {
  tapProbability: 0.8,
  behaviour: {
    rules: [
      { when: { messageIdentifier: MESSAGE.plain }, cancel: 0.5 },
      { when: { messageIdentifier: MESSAGE.switching }, cancel: 0.3, accept: 0.3 },
      { when: { messageIdentifier: MESSAGE.offering }, cancel: 0.15, accept: 0.5 },
      { when: { messageIdentifier: MESSAGE.loyal }, cancel: 0.1 },
    ],
    otherwise: { cancel: 0.4 },
    cancelWithoutTap: { probability: 0.2, afterDays: [0, 0.8] },
    resume: { probability: 0.2, afterDays: [1.2, 2] },
    paymentFailure: { probability: 0.05, recovery: { probability: 0.5, afterDays: [1, 5] } },
  },
} as const;

const NAMES = [
  "experiment:stay control",
  "experiment:stay offer",
  "experiment:stay switch",
  "fallback",
];

/** The measurement, without what it is not compared in. */
async function measuredCounts(world: MeasuredWorld) {
  const arms = await measuredArms(world);
  return arms.map(({ name, subscriptions, outcomes }) => ({ name, subscriptions, outcomes }));
}

function subscriptionsOf({ emulator }: MeasuredWorld): ReadonlyMap<string, Subscription> {
  const there = emulator.world.get(PLACE.app)?.environments[PLACE.environment];
  return there?.subscriptions ?? new Map();
}

test(
  "what subscribers do is counted exactly, the keep rates are the configured ones, and so is what renewals pay",
  async () => {
    const world = await startMeasuredWorld(SQLITE, { subscribers: 600, notifies: true });
    const yearly = world.emulator
      .subscribers(PLACE)
      .filter(({ productId }) => productId === "yoga.yearly")
      .map(({ originalTransactionId }) => originalTransactionId);
    await importSubscribers(world, yearly.slice(0, 200));
    const population = await startPopulation(world, DECIDING, { days: 38 });
    await population.live(CLOSED_HOURS, 1);
    await world.run("outcomes.attribute");

    const told = toldArms(population.events, WINDOW_MS);
    expect(told.map(({ name }) => name)).toEqual([...NAMES, "rule:loyal"]);
    for (const { subscriptions } of told) expect(subscriptions.length).toBeGreaterThan(60);
    expect(await measuredCounts(world)).toEqual(told.map(countsOf));

    const rates = new Map(told.map((arm) => [arm.name, expectedRate(arm)]));
    const measured = await measuredArms(world);
    expect(measured.filter(({ name, keepRate }) => !isWithin(rates.get(name), keepRate))).toEqual(
      [],
    );
    const differences = await measuredDifferences(world);
    expect(differences.map(({ name }) => name)).toEqual([
      "experiment:stay offer",
      "experiment:stay switch",
    ]);
    const differs = ({ name, against, ...interval }: (typeof differences)[number]): boolean =>
      !isWithin((rates.get(name) ?? 0) - (rates.get(against) ?? 0), interval);
    expect(differences.filter(differs)).toEqual([]);

    await population.live(38 * 24 - CLOSED_HOURS, 12);
    await world.run("outcomes.attribute");
    const subscriptions = subscriptionsOf(world);
    const arms = await measuredArms(world);
    expect(arms.map(({ name, renewals, revenue }) => ({ name, renewals, revenue }))).toEqual(
      told.map((arm) => Object.assign({ name: arm.name }, toldRenewals(arm, subscriptions))),
    );
    for (const { renewals } of arms.slice(0, 3)) {
      expect(renewals.renewed).toBeGreaterThan(40);
      expect(renewals.lapsed).toBeGreaterThan(5);
    }
  },
  TIMEOUT_MS,
);

function expectedRate({ subscriptions: [first] }: ToldArm): number {
  if (first === undefined) throw new Error("expected somebody in the arm");
  return expectedKeepRate(DECIDING, traitsOf(first.view));
}

function isWithin(
  value: number | undefined,
  interval: { readonly low: number; readonly high: number } | undefined,
): boolean {
  if (value === undefined || interval === undefined) return false;
  return value >= interval.low && value <= interval.high;
}

/** What goes wrong with notifications, more than one thing with some of them. */
const FAULTS: readonly NotificationFault[] = [
  { kind: "delay", delayMs: 2 * HOUR_MS, share: 0.2 },
  { kind: "reorder", share: 0.2 },
  { kind: "duplicate", share: 0.2 },
  { kind: "drop", share: 0.1 },
];

test.for(await engines())(
  "notifications that come late, twice, in another order or never change nothing, once Apple's history is read",
  async (engine) => {
    const world = await startMeasuredWorld(engine, { subscribers: 250, notifies: true });
    const { emulator, run } = world;
    emulator.notificationFaults.set(FAULTS);
    const population = await startPopulation(world, DECIDING, { days: 4 });
    await population.live(CLOSED_HOURS, 1);
    const applied = emulator.notificationFaults.list().map((fault) => fault.applied);
    expect(Math.min(...applied)).toBeGreaterThan(5);
    const told = toldArms(population.events, WINDOW_MS);
    expect(told.map(({ name }) => name)).toEqual(NAMES);

    // What was lost looks as though it had not happened, for others came around the window.
    await run("outcomes.attribute");
    const [before, truth] = [await measuredCounts(world), told.map(countsOf)];
    expect(sum(before, "cancelled")).toBeLessThan(sum(truth, "cancelled"));
    expect(sum(before, "kept")).toBeGreaterThan(sum(truth, "kept"));

    await run("notifications.history");
    await run("outcomes.attribute");
    expect(await measuredCounts(world)).toEqual(told.map(countsOf));
  },
);

function sum(arms: readonly ReturnType<typeof countsOf>[], which: "kept" | "cancelled"): number {
  return arms.reduce((total, { outcomes }) => total + outcomes[which], 0);
}

test("where no notification comes, statuses tell what subscribers did, but for who redeems the offer they have", async () => {
  const world = await startMeasuredWorld(SQLITE, { subscribers: 150, notifies: false });
  const population = await startPopulation(world, DECIDING, { days: 4 });
  await population.live(25, 1);
  await world.run("outcomes.attribute");
  for (const { outcomes, subscriptions } of await measuredCounts(world)) {
    expect(outcomes.open).toBe(subscriptions);
  }
  await world.run("statuses.fetch");
  await world.run("outcomes.attribute");
  const all = subscriptionsOf(world);
  const seenAs = (told: ToldSubscription): ToldSubscription =>
    told.outcome === "redeemed" && hadOffer(told, all)
      ? { view: told.view, outcome: "kept" }
      : told;
  const asSeen = toldArms(population.events, WINDOW_MS).map(({ name, subscriptions }) => ({
    name,
    subscriptions: subscriptions.map(seenAs),
  }));
  expect(await measuredCounts(world)).toEqual(asSeen.map(countsOf));
});

/** Tells whether the period in which the page was opened is under the offer that it shows already. */
function hadOffer(
  { view: { subscriber, request } }: ToldSubscription,
  subscriptions: ReadonlyMap<string, Subscription>,
): boolean {
  const transactions = subscriptions.get(subscriber.originalTransactionId)?.transactions ?? [];
  const current = transactions.findLast(({ purchaseDate }) => purchaseDate <= request.signedDate);
  return current?.offer?.kind === "promotional" && current.offer.identifier === "HALF";
}
