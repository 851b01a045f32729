import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PopulationBehaviour } from "./behaviour.ts";
import { expectedKeepRate, expectedOutcomes } from "./expected-outcomes.ts";
import type { ShownTraits } from "./shown-traits.ts";

const OFFER: ShownTraits = {
  source: "realtime",
  kind: "promotionalOffer",
  productId: "basic.monthly",
  messageIdentifier: "00000000-0000-4000-8000-000000000001",
  header: "Stay",
  offerIdentifier: "STAY",
  offeredProductId: "basic.monthly",
};
const NOTHING: ShownTraits = { source: "nothing", productId: "basic.monthly" };

describe("expectedKeepRate()", () => {
  test.each<readonly [string, PopulationBehaviour, ShownTraits, number]>([
    ["nobody decides anything", {}, OFFER, 1],
    [
      "the first rule that holds wins",
      {
        rules: [
          { when: { offerIdentifier: "OTHER" }, cancel: 1 },
          { when: { kind: "promotionalOffer" }, cancel: 0.2, accept: 0.5 },
          { when: {}, cancel: 1 },
        ],
      },
      OFFER,
      0.95,
    ],
    [
      "a rule names what is not shown",
      { rules: [{ when: { header: "Stay" }, cancel: 1 }], otherwise: { cancel: 0.4 } },
      NOTHING,
      0.9,
    ],
    [
      "all of a rule must hold",
      { rules: [{ when: { source: "realtime", productId: "x" }, cancel: 1 }] },
      OFFER,
      1,
    ],
    [
      "those who tap nothing leave later",
      { otherwise: { cancel: 1 }, cancelWithoutTap: { probability: 0.5 } },
      OFFER,
      0.375,
    ],
  ])("when %s", (_what, behaviour, shown, expected) => {
    const rate = expectedKeepRate({ tapProbability: 0.25, behaviour }, shown);
    expect(rate).toBeCloseTo(expected, 12);
  });

  test("takes the population's own default of tapping", () => {
    const behaviour = { otherwise: { cancel: 1 } };
    expect(expectedKeepRate({ behaviour }, OFFER)).toBeCloseTo(0.7, 12);
  });
});

test("expectedOutcomes() are shares that make 1, with the keep rate in them", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const kind = fc.constantFrom(
    "message",
    "alternateProduct",
    "promotionalOffer",
    "retentionOffer",
    undefined,
  );
  fc.assert(
    fc.property(share, share, share, share, kind, (taps, cancel, split, leaves, shownKind) => {
      const accept = (1 - cancel) * split;
      const deciding = {
        tapProbability: taps,
        behaviour: { otherwise: { cancel, accept }, cancelWithoutTap: { probability: leaves } },
      };
      const shown = {
        source: "realtime",
        productId: "p",
        ...(shownKind && { kind: shownKind }),
      } as const;
      const outcomes = expectedOutcomes(deciding, shown);
      const all: readonly number[] = Object.values(outcomes);
      expect(all.every((one) => one >= -1e-12 && one <= 1 + 1e-12)).toBe(true);
      expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(expectedKeepRate(deciding, shown)).toBeCloseTo(1 - outcomes.cancelled, 12);
      const accepted = outcomes.redeemed + outcomes.switched + outcomes.retentionOffer;
      const canAccept = shownKind !== "message" && shownKind !== undefined;
      expect(accepted).toBeCloseTo(canAccept ? taps * accept : 0, 12);
    }),
  );
});
