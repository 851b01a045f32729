import * as fc from "fast-check";
import type { ResolvedResponse } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { decideRenewal } from "./decide-renewal.ts";
import { exposureOf } from "./outcome-units.ts";
import type { OutcomeUnit } from "./outcome-units.ts";
import { signalsOf } from "./signals-of.ts";
import { decision, KEEP } from "./testing/decided.ts";
import { countUnits, openOutcomeWorld } from "./testing/outcome-world.ts";
import { notification, somethingElse, status } from "./testing/told.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SLOT = 600_000;
/** Midnight. */
const T = 1_800_000_000_000 - (1_800_000_000_000 % DAY);

/** Apple's times, in steps that make windows begin and end with events. */
const times = (days: number) =>
  fc.integer({ min: 0, max: days * 4 }).map((step) => T + step * 6 * HOUR);
const pseudonyms = fc.constantFrom("ann", "bob", "cyd");

const OFFER: ResolvedResponse = {
  ...KEEP,
  kind: "promotionalOffer",
  productId: "yoga.monthly",
  offerIdentifier: "Y3",
  signature: "v2",
};
const HELD_OUT = { hashes: [{ layer: "holdout", key: "h", hash: 1 }], hashVersion: 1 } as const;
const chosen = fc.constantFrom<Partial<DecisionRecord>>(
  {},
  { source: "rule", rule: "offer", delivered: OFFER },
  { source: "rule", rule: "r", experiment: { key: "x", arm: "a" } },
  { source: "rule", rule: "r", experiment: { key: "x", arm: "b" }, delivered: OFFER },
  { source: "rule", rule: "r", experiment: { key: "x", arm: "b" }, ...HELD_OUT },
  { source: "holdout", ...HELD_OUT },
);

const decisions = fc
  .tuple(times(5), pseudonyms, chosen, fc.integer({ min: -HOUR, max: HOUR }), fc.uuid())
  // Hosts' clocks may be wrong; Apple's, by which a request is signed, is the one that counts.
  .map(([at, pseudonym, parts, skew, requestIdentifier]) =>
    decision(Object.assign({ at, pseudonym, decidedAt: at + skew, requestIdentifier }, parts)),
  );

const ON = { autoRenewStatus: 1, autoRenewProductId: "yoga.monthly" };
const OFF = { ...ON, autoRenewStatus: 0 };
type Make = (at: number, pseudonym: string) => SubscriptionNews;
const makers: readonly Make[] = [
  (at, pseudonym) =>
    notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED", at, {
      pseudonym,
      renewalInfo: OFF,
    }),
  (at, pseudonym) =>
    notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_ENABLED", at, {
      pseudonym,
      renewalInfo: ON,
    }),
  (at, pseudonym) =>
    notification("OFFER_REDEEMED", at, {
      pseudonym,
      renewalInfo: { ...ON, offerType: 2, offerIdentifier: "Y3" },
    }),
  (at, pseudonym) => notification("DID_CHANGE_RENEWAL_PREF/DOWNGRADE", at, { pseudonym }),
  (at, pseudonym) =>
    notification("DID_RENEW", at, {
      pseudonym,
      renewalInfo: ON,
      transaction: {
        purchaseDate: at,
        expiresDate: at + 5 * DAY,
        transactionReason: "RENEWAL",
        price: 9990,
        currency: pseudonym === "cyd" ? "EUR" : "USD",
      },
    }),
  (at, pseudonym) => notification("EXPIRED/VOLUNTARY", at, { pseudonym, renewalInfo: OFF }),
  (at, pseudonym) => status(at, { pseudonym, renewalInfo: ON }),
  (at, pseudonym) => status(at, { pseudonym, renewalInfo: OFF, status: 2 }),
  somethingElse,
];
const news = fc
  .tuple(times(12), pseudonyms, fc.constantFrom(...makers))
  .map(([at, pseudonym, make]) => make(at, pseudonym));

type Batch = {
  readonly decisions: readonly DecisionRecord[];
  readonly news: readonly SubscriptionNews[];
};

/** What happened, and how it arrives: in some order, part of it twice, with time passing and jobs dying. */
const histories = fc
  .tuple(fc.array(decisions, { minLength: 1, maxLength: 8 }), fc.array(news, { maxLength: 14 }))
  .chain(([decided, told]) => {
    const all: readonly Batch[] = [
      ...decided.map((each) => ({ decisions: [each], news: [] })),
      ...told.map((each) => ({ decisions: [], news: [each] })),
    ];
    return fc.record({
      decided: fc.constant(decided),
      told: fc.constant(told),
      arrivals: fc
        .tuple(fc.shuffledSubarray([...all], { minLength: all.length }), fc.subarray([...all]))
        .map(([once, again]): readonly Batch[] => once.concat(again)),
      batchSize: fc.integer({ min: 1, max: 6 }),
      runs: fc.array(
        fc.record({
          passMs: fc.integer({ min: 0, max: 2 * DAY }),
          skewMs: fc.integer({ min: -HOUR, max: HOUR }),
          // Mostly it lives.
          diesAfter: fc.constantFrom(0, 1, Infinity, Infinity),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    });
  });

/** What there must be in the end, found by looking at everything at once. */
function recount(
  decided: readonly DecisionRecord[],
  told: readonly SubscriptionNews[],
  now: number,
): readonly Partial<OutcomeUnit>[] {
  const heard = told
    .filter(({ source }) => source === "notification")
    .map(({ signedDate }) => signedDate - (signedDate % SLOT));
  const ordered = decided.toSorted(
    (one, other) =>
      one.requestedAt - other.requestedAt ||
      (one.requestIdentifier < other.requestIdentifier ? -1 : 1),
  );
  const units = new Map<string, Partial<OutcomeUnit>>();
  for (const each of ordered) {
    const { subject, requestedAt: from, delivered, rule = "", experiment, source, hashes } = each;
    const own = experiment ? `experiment:${experiment.key}` : rule ? `rule:${rule}` : "fallback";
    const names = [
      ...(hashes.length > 0 ? [["holdout:h", source === "holdout" ? "holdout" : "flow"]] : []),
      ...(source === "holdout" ? [] : [[own, experiment?.arm ?? ""]]),
    ];
    for (const [unit = "", arm = ""] of names) {
      const key = `${subject.pseudonym} ${unit}`;
      if (units.has(key)) continue;
      const signals = told
        .filter(({ pseudonym }) => pseudonym === subject.pseudonym)
        .flatMap(signalsOf);
      const to = from + DAY;
      const isHeard =
        heard.some((at) => at >= from - 3 * DAY && at + SLOT <= to) &&
        heard.some((at) => at >= to && at + SLOT <= to + 3 * DAY);
      const exposure = {
        exposed_at: from,
        product: subject.productId,
        delivered: delivered?.kind ?? ("none" as const),
        offer: delivered?.kind === "promotionalOffer" ? delivered.offerIdentifier : "",
        target_product: delivered?.kind === "promotionalOffer" ? delivered.productId : "",
      };
      // The columns that an exposure is made of.
      const exposed = exposureOf(exposure as OutcomeUnit);
      const { outcome, at = null } = decideOutcome(exposed, signals, { windowMs: DAY, isHeard });
      const renewal = decideRenewal(from, signals, now);
      units.set(key, {
        pseudonym: subject.pseudonym,
        unit,
        arm,
        ...exposure,
        outcome,
        outcome_at: at,
        renewal: renewal.renewal,
        renewal_at: renewal.at ?? null,
        revenue: renewal.revenue?.milliunits ?? null,
        currency: renewal.revenue?.currency ?? null,
      });
    }
  }
  return [...units.values()].toSorted((one, other) =>
    `${one.pseudonym} ${one.unit}` < `${other.pseudonym} ${other.unit}` ? -1 : 1,
  );
}

describe.each(await engines())("on $name", (engine) => {
  test("units and counts come out the same, however and whenever it all arrives", async () => {
    const database = await openTestDatabase(engine);
    let apps = 0;
    await fc.assert(
      fc.asyncProperty(histories, async ({ decided, told, arrivals, batchSize, runs }) => {
        apps += 1;
        const world = await openOutcomeWorld(database, { now: T + DAY, app: `app-${apps}` });
        const batches = Array.from({ length: Math.ceil(arrivals.length / batchSize) }, (_, index) =>
          arrivals.slice(index * batchSize, (index + 1) * batchSize),
        );
        for (const [index, batch] of batches.entries()) {
          await Promise.all([
            world.decide(...batch.flatMap((each) => each.decisions)),
            world.tell(...batch.flatMap((each) => each.news)),
          ]);
          const run = runs[index];
          if (run === undefined) continue;
          world.clock.now += run.passMs;
          await Promise.all([world.attribute(run), world.attribute()]);
        }
        world.clock.now = T + 60 * DAY;
        await Promise.all([world.attribute(), world.attribute()]);
        const units = await world.units();
        const expected = recount(decided, told, world.clock.now);
        expect(units).toHaveLength(expected.length);
        expect(units).toMatchObject(expected);
        const counted = countUnits(units);
        expect(await world.counts()).toEqual(counted.counts);
        expect(await world.revenue()).toEqual(counted.revenue);
      }),
      { numRuns: engine.name === "sqlite" ? 16 : 8 },
    );
  });
});
