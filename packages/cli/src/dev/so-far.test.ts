import { expect, test } from "vitest";
import { configuredKeepRate } from "./dev-population.ts";
import { renderOutcomesSoFar } from "./so-far.ts";

const NOBODY = {
  kept: 0,
  cancelled: 0,
  redeemed: 0,
  switched: 0,
  retentionOffer: 0,
  unknown: 0,
  open: 0,
};
const RENEWALS = { renewed: 0, lapsed: 0, unknown: 0, open: 0 };

function counted(known: number) {
  return { subscriptions: known, known, outcomes: NOBODY, renewals: RENEWALS, revenue: [] };
}

test("offers and other products are set to keep more than a message, and all to lose some", () => {
  const [message, other, offer] = (
    ["message", "alternateProduct", "promotionalOffer"] as const
  ).map(configuredKeepRate);
  expect(message).toBeCloseTo(1 - 0.6 * 0.5 - 0.4 * 0.05);
  expect(other).toBeGreaterThan(message ?? 1);
  expect(offer).toBeGreaterThan(other ?? 1);
  expect(offer).toBeLessThan(1);
});

test("renderOutcomesSoFar() puts what was measured beside what was set, by what was delivered", () => {
  const lines = renderOutcomesSoFar({
    units: [
      {
        unit: "experiment:switch",
        comparisons: [],
        arms: [
          {
            ...counted(40),
            arm: "offer",
            outcomes: { ...NOBODY, kept: 20, redeemed: 12, cancelled: 8 },
            keepRate: { value: 0.8, low: 0.652, high: 0.895 },
            messages: [
              { ...counted(30), delivered: "promotionalOffer", message: "half" },
              { ...counted(10), delivered: "message", message: "keep" },
            ],
          },
          { ...counted(0), arm: "control", messages: [] },
        ],
      },
    ],
  });
  const set =
    (30 * configuredKeepRate("promotionalOffer") + 10 * configuredKeepRate("message")) / 40;
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ {2}experiment:switch, offer +40 +12 +80 % \[65 %, 90 %\] +(\d+) %$/);
  expect(lines[1]).toContain(` ${Math.round(set * 100)} %`);
});

test("renderOutcomesSoFar() says why there is nothing yet", () => {
  expect(renderOutcomesSoFar({ units: [] })).toEqual([expect.stringContaining("a minute")]);
});
