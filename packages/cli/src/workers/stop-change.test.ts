import { expect, test } from "vitest";
import { changeStops } from "./stop-change.ts";
import type { StopChange } from "./stop-change.ts";

const BEFORE = {
  appPaused: false,
  offersPaused: false,
  stoppedOffers: ["p/b"],
  rejectedMessages: ["m"],
};
const WHOLE: StopChange = { verb: "pause", allOffers: false, offers: [] };

test.each([
  ["the whole app", WHOLE, { appPaused: true }],
  ["all offers", { ...WHOLE, allOffers: true }, { offersPaused: true }],
  ["one offer", { ...WHOLE, offers: ["p/a", "p/a"] }, { stoppedOffers: ["p/a", "p/b"] }],
  [
    "all offers and one",
    { ...WHOLE, allOffers: true, offers: ["p/b"] },
    { offersPaused: true, stoppedOffers: ["p/b"] },
  ],
] satisfies readonly [string, StopChange, object][])(
  "changeStops() pauses %s and leaves the rest, and resuming takes it back",
  (_, change, expected) => {
    const paused = changeStops(BEFORE, change);
    expect(paused).toEqual({ ...BEFORE, ...expected });
    const resumed = changeStops(paused, { ...change, verb: "resume" });
    const stoppedOffers = BEFORE.stoppedOffers.filter((offer) => !change.offers.includes(offer));
    expect(resumed).toEqual({ ...BEFORE, stoppedOffers });
  },
);
