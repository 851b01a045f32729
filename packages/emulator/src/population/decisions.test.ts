import { describe, expect, onTestFinished, test } from "vitest";
import { type Asked, type Crowd, CROWD_PLACE, watchCrowd } from "../testing/crowd.ts";
import { signOfferV1 } from "../testing/sign-offer.ts";
import { MESSAGE } from "../testing/test-app.ts";
import { findApp } from "../world/index.ts";
import type { PopulationBehaviour } from "./behaviour.ts";
import { draw } from "./draw.ts";
import type { PopulationEvent } from "./population-event.ts";
import type { PopulationOptions } from "./population-options.ts";

const plain = { messageIdentifier: MESSAGE.plain };
const BEHAVIOUR: PopulationBehaviour = {
  rules: [{ when: { kind: "alternateProduct" }, cancel: 0.3, accept: 0.3 }],
  otherwise: { cancel: 0.6 },
  cancelWithoutTap: { probability: 0.5, afterDays: [0, 1] },
};

async function live(
  count: number,
  options: Partial<PopulationOptions>,
  answer: (asked: Asked) => unknown = () => ({ message: plain }),
): Promise<Crowd> {
  const crowd = await watchCrowd(count, options, { answer });
  onTestFinished(async () => crowd.emulator.close());
  return crowd;
}

/** What each subscriber did, but for when. */
function deedsOf(events: readonly PopulationEvent[]): ReadonlyMap<string, string> {
  const deeds = new Map<string, string>();
  for (const event of events) {
    if (!("view" in event)) continue;
    const { originalTransactionId } = event.view.subscriber;
    deeds.set(originalTransactionId, `${deeds.get(originalTransactionId) ?? ""} ${event.type}`);
  }
  return deeds;
}

const typesOf = (events: readonly PopulationEvent[]) => events.map(({ type }) => type);

/** The other product for those who pay by the month; some answers take longer than others. */
async function answerUnevenly({ originalTransactionId, productId }: Asked): Promise<unknown> {
  const turns = 5 * draw(3, originalTransactionId, "slow");
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return productId === "basic.yearly"
    ? { message: plain }
    : { alternateProduct: { ...plain, productId: "basic.yearly" } };
}

/** Who opened the page, in their order. */
function visitorsOf({ events }: Crowd) {
  return events.flatMap((event) => (event.type === "view" ? event.view.subscriber : []));
}

describe("what somebody does", () => {
  test("depends on the seed and on them, not on how many come at a time and in which order", async () => {
    const options = { visits: "onceEach", behaviour: BEHAVIOUR, durationMs: 86_400_001 } as const;
    const alone = await live(300, { ...options, maxConcurrent: 1 }, answerUnevenly);
    const crowded = await live(300, { ...options, maxConcurrent: 32 }, answerUnevenly);
    const other = await live(300, { ...options, seed: 2 }, answerUnevenly);
    expect(visitorsOf(crowded)).not.toEqual(visitorsOf(alone));
    const sorted = ({ events }: Crowd) =>
      [...deedsOf(events)].map(([id, deeds]) => id + deeds).toSorted();
    expect(sorted(crowded)).toEqual(sorted(alone));
    expect(sorted(other)).not.toEqual(sorted(alone));
    const all = new Set(deedsOf(alone.events).values());
    expect(all).toEqual(
      new Set([" view tap cancel", " view tap stay", " view tap switch", " view cancel", " view"]),
    );
  });

  test("is decided once: whoever stays goes on looking, whoever cancels has no button", async () => {
    const { events } = await live(20, { views: 200, tapProbability: 1, behaviour: BEHAVIOUR });
    const views = deedsOf(events);
    expect(views.size).toBeGreaterThan(5);
    for (const deeds of views.values()) {
      expect(deeds).toMatch(/^ view tap (?:cancel|stay(?: view tap)*)$/);
    }
    expect([...views.values()].some((deeds) => deeds.endsWith("tap view tap"))).toBe(true);
  });

  test("is decided anew after reconsiderAfterDays", async () => {
    const behaviour = { otherwise: { cancel: 0.5 }, reconsiderAfterDays: 1 };
    const { events } = await live(20, {
      tapProbability: 1,
      viewsPerSecond: 1 / 3600,
      durationMs: 60 * 86_400_000,
      maxConcurrent: 1,
      behaviour,
    });
    const deeds = [...deedsOf(events).values()];
    expect(deeds.some((one) => /stay(?: view tap)* view tap cancel/.test(one))).toBe(true);
    // In the end nobody is left to open the page.
    expect(deeds.every((one) => one.endsWith("cancel"))).toBe(true);
  });

  test("is decided anew by who turned renewal on again", async () => {
    const behaviour = {
      otherwise: { cancel: 0.5 },
      resume: { probability: 1, afterDays: [0, 1] },
    } as const;
    const { events } = await live(20, {
      tapProbability: 1,
      viewsPerSecond: 1 / 3600,
      durationMs: 30 * 86_400_000,
      maxConcurrent: 1,
      behaviour,
    });
    const deeds = [...deedsOf(events).values()];
    expect(deeds.some((one) => one.includes("cancel view tap stay"))).toBe(true);
    expect(deeds.some((one) => one.includes("cancel view tap cancel"))).toBe(true);
  });

  test("is to stay when there is nothing to accept, or it cannot be had", async () => {
    const behaviour = { otherwise: { accept: 1 } };
    const mere = await live(10, { views: 10, tapProbability: 1, behaviour });
    expect(typesOf(mere.events)).toContain("stay");
    const yearly = { alternateProduct: { ...plain, productId: "basic.yearly" } };
    const taken = await live(
      30,
      { visits: "onceEach", tapProbability: 1, behaviour },
      () => yearly,
    );
    const byProduct = Map.groupBy(
      taken.events.flatMap((event) =>
        event.type === "stay" || event.type === "switch"
          ? [[event.view.request.productId, event.type] as const]
          : [],
      ),
      ([productId]) => productId,
    );
    const deeds = (productId: string) => new Set(byProduct.get(productId)?.map(([, deed]) => deed));
    expect(deeds("basic.monthly")).toEqual(new Set(["switch"]));
    expect(deeds("basic.yearly")).toEqual(new Set(["stay"]));
  });

  test.each([
    ["redeem", "promotionalOffer", "STAY", "promotional"],
    ["retentionOffer", "retentionOffer", "KEEP", "retention"],
  ] as const)("may be to take an offer: %s", async (type, kind, offerIdentifier, taken) => {
    const context: { crowd?: Crowd } = {};
    const crowd = await live(1, { views: 0 }, () => {
      if (context.crowd === undefined || kind === "retentionOffer") return undefined;
      const { emulator, clock } = context.crowd;
      const signature = signOfferV1(findApp(emulator.world, "test"), clock.now());
      return { promotionalOffer: { ...plain, promotionalOfferSignatureV1: signature } };
    });
    context.crowd = crowd;
    const { emulator } = crowd;
    const productId = "basic.monthly";
    const messageIdentifier = MESSAGE.byDefault;
    emulator.configureDefault(CROWD_PLACE, { productId, locale: "en-US", messageIdentifier });
    emulator.setAppStoreConnectMessage(CROWD_PLACE, productId, {
      referenceName: "Stay",
      state: "APPROVED",
      localizations: { "en-US": { header: "Stay", body: "Stay." } },
      retentionOffer: { offerIdentifier: "KEEP", mode: "FREE_TRIAL", period: "P1M" },
    });
    await emulator.addSubscriber(CROWD_PLACE, { productId, locale: "en-US", storefront: "USA" });
    const rules = [{ when: { kind, offerIdentifier, offeredProductId: productId }, accept: 1 }];
    const events: PopulationEvent[] = [];
    for await (const event of emulator.runPopulation({
      ...CROWD_PLACE,
      visits: "onceEach",
      tapProbability: 1,
      behaviour: { rules },
    })) {
      events.push(event);
    }
    const deeds = events.flatMap((event) => (event.type === type ? event : []));
    expect(deeds.length).toBeGreaterThan(0);
    expect(deeds[0]?.change).toMatchObject({
      notifications: [{ notificationType: "OFFER_REDEEMED" }],
      subscription: { renewal: { offer: { kind: taken, identifier: offerIdentifier } } },
    });
  });

  test.each<readonly [string, PopulationBehaviour]>([
    ["more than all", { otherwise: { cancel: 0.6, accept: 0.5 } }],
    ["less than none", { rules: [{ when: {}, cancel: -0.1 }] }],
    ["a range that ends before it begins", { resume: { probability: 1, afterDays: [2, 1] } }],
    ["a probability that is none", { refund: { probability: 2 } }],
    ["less than nobody joining", { joinsPerDay: -1 }],
  ])("cannot be %s", async (_what, behaviour) => {
    await expect(live(1, { behaviour })).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
  });
});
