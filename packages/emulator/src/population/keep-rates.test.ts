import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CancelSheetView } from "../realtime/index.ts";
import { type Asked, type Crowd, watchCrowd } from "../testing/crowd.ts";
import { MESSAGE } from "../testing/test-app.ts";
import { draw } from "./draw.ts";
import { expectedKeepRate, expectedOutcomes } from "./expected-outcomes.ts";
import type { PopulationEvent } from "./population-event.ts";
import { traitsOf } from "./shown-traits.ts";

const COUNT = 10_000;
/** Of a normal distribution: outside it falls one measurement in a thousand. */
const Z_999 = 3.2905;

const DECIDING = {
  tapProbability: 0.6,
  behaviour: {
    rules: [
      { when: { messageIdentifier: MESSAGE.plain, kind: "message" }, cancel: 0.5 },
      { when: { offeredProductId: "basic.yearly" }, cancel: 0.25, accept: 0.4 },
    ],
    otherwise: { cancel: 0.9 },
    cancelWithoutTap: { probability: 0.1, afterDays: [0, 2] },
    resume: { probability: 0.3, afterDays: [1, 2] },
  },
} as const;

/** Half of them the message, half of those who pay by the month the other product; a few no answer. */
function answer({ originalTransactionId, productId }: Asked): unknown {
  const bucket = draw(0, originalTransactionId, "arm");
  if (bucket < 0.05) return undefined;
  return bucket < 0.525 || productId === "basic.yearly"
    ? { message: { messageIdentifier: MESSAGE.plain } }
    : { alternateProduct: { messageIdentifier: MESSAGE.plain, productId: "basic.yearly" } };
}

const idOf = ({ subscriber }: CancelSheetView) => subscriber.originalTransactionId;

let crowd: Crowd;
beforeAll(async () => {
  crowd = await watchCrowd(
    COUNT,
    // Long enough for everybody who leaves later.
    { ...DECIDING, visits: "onceEach", durationMs: 4 * 24 * 60 * 60 * 1000 },
    { answer },
  );
}, 60_000);
afterAll(async () => crowd.emulator.close());

/** The first pages, by what they show. */
function firstPages() {
  const views = crowd.events.flatMap((event) => (event.type === "view" ? [event.view] : []));
  return Map.groupBy(views, (view) => {
    const { source, kind = "nothing" } = traitsOf(view);
    return `${source} ${kind}`;
  });
}

function whoDid(...types: readonly PopulationEvent["type"][]): ReadonlySet<string> {
  const deeds = crowd.events.filter((event) => types.includes(event.type));
  return new Set(deeds.flatMap((event) => ("view" in event ? [idOf(event.view)] : [])));
}

describe("of 10,000 who open the page once", () => {
  test("everybody who can cancel does so", () => {
    const pages = [...firstPages().values()].flat();
    expect(new Set(pages.map(idOf)).size).toBe(pages.length);
    expect(pages.length).toBeGreaterThan(COUNT / 2);
    expect([...firstPages().keys()].toSorted()).toEqual([
      "default message",
      "realtime alternateProduct",
      "realtime message",
    ]);
  });

  test.each(["default message", "realtime alternateProduct", "realtime message"])(
    "as many stay after seeing the %s as expectedKeepRate() says",
    (shown) => {
      const pages = firstPages().get(shown) ?? [];
      const [first] = pages;
      if (first === undefined) throw new Error(`nobody saw the ${shown}`);
      const cancelled = whoDid("cancel");
      const kept = pages.filter((view) => !cancelled.has(idOf(view))).length / pages.length;
      const expected = expectedKeepRate(DECIDING, traitsOf(first));
      const halfWidth = Z_999 * Math.sqrt((expected * (1 - expected)) / pages.length);
      expect(Math.abs(kept - expected)).toBeLessThan(halfWidth);
    },
  );

  test("as many switch as expectedOutcomes() says", () => {
    const pages = firstPages().get("realtime alternateProduct") ?? [];
    const [first] = pages;
    if (first === undefined) throw new Error("nobody was shown the other product");
    const { switched } = expectedOutcomes(DECIDING, traitsOf(first));
    const halfWidth = Z_999 * Math.sqrt((switched * (1 - switched)) / pages.length);
    expect(Math.abs(whoDid("switch").size / pages.length - switched)).toBeLessThan(halfWidth);
  });

  test("the world agrees with what was told", () => {
    const resumed = new Set(
      crowd.events.flatMap((event) =>
        event.type === "resume" ? [event.subscription.originalTransactionId] : [],
      ),
    );
    const { subscriptions } = crowd.emulator.world.get("test")?.environments.sandbox ?? {};
    const left = [...whoDid("cancel")].filter((id) => !resumed.has(id));
    const isOn = left.map((id) => subscriptions?.get(id)?.renewal.isOn);
    expect(new Set(isOn)).toEqual(new Set([false]));
    const yearly = [...whoDid("switch")].map((id) => subscriptions?.get(id)?.renewal.productId);
    expect(new Set(yearly)).toEqual(new Set(["basic.yearly"]));
  });
});
