import { describe, expect, test } from "vitest";
import { testControlOn } from "../http/testing/test-control.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { createOutcomesFeature } from "./index.ts";
import { differenceInterval, wilsonInterval } from "./proportion-interval.ts";
import { decision, KEEP } from "./testing/decided.ts";
import { openOutcomeWorld } from "./testing/outcome-world.ts";
import { notification, somethingElse } from "./testing/told.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;
/** 2027-01-15 */
const T = 1_800_000_000_000 - (1_800_000_000_000 % DAY);
const PATH = "/v1/apps/yoga/environments/production";
const OFF = { autoRenewStatus: 0, autoRenewProductId: "yoga.monthly" };

/** What a decision of an arm has. */
function experiment(arm: string) {
  return {
    source: "rule" as const,
    rule: "monthly",
    experiment: { key: "x", arm },
    delivered: { ...KEEP, message: `${arm}_text` },
  };
}

function people(arm: string, many: number): readonly string[] {
  return Array.from({ length: many }, (_, index) => `${arm}-${index}`);
}

function rate(count: number, of: number) {
  return { value: count / of, ...wilsonInterval({ count, of }) };
}

describe.each(await engines())("on $name", (engine) => {
  async function open() {
    const database = await openTestDatabase(engine);
    const control = testControlOn(database, { features: [createOutcomesFeature({ database })] });
    const world = await openOutcomeWorld(database, { now: T });
    control.clock.now = T + 3 * DAY;
    const cookie = await control.setUp();
    const call = (method: string, path: string, options: object = {}) =>
      control.call(method, `${PATH}${path}`, { cookie, ...options });
    return { world, call };
  }

  test("readOutcomes reports arms with their keep rates, and how they differ", async () => {
    const { world, call } = await open();
    await world.decide(
      ...people("control", 10).map((pseudonym) =>
        decision({ at: T, pseudonym, ...experiment("control") }),
      ),
      ...people("offer", 8).map((pseudonym) =>
        decision({ at: T, pseudonym, ...experiment("offer") }),
      ),
      decision({ at: T + 2 * DAY, pseudonym: "late", ...experiment("offer") }),
      decision({ at: T, pseudonym: "other" }),
    );
    const cancelled = [...people("control", 4), ...people("offer", 1)];
    await world.tell(
      somethingElse(T - HOUR),
      somethingElse(T + DAY + HOUR),
      ...cancelled.map((pseudonym) =>
        notification("DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED", T + HOUR, {
          pseudonym,
          renewalInfo: OFF,
        }),
      ),
      notification("OFFER_REDEEMED", T + HOUR, {
        pseudonym: "offer-7",
        renewalInfo: { offerType: 2 },
      }),
      notification("DID_RENEW", T + 2 * DAY, {
        pseudonym: "offer-7",
        transaction: { purchaseDate: T + 2 * DAY, price: 4990, currency: "EUR" },
      }),
    );
    world.clock.now = T + 2 * DAY;
    await world.attribute();
    const query = "?from=2027-01-15&to=2027-01-17&unit=experiment:x";
    const { status, json } = await call("GET", `/outcomes${query}`);
    expect(status).toBe(200);
    const none = { kept: 0, cancelled: 0, redeemed: 0, switched: 0, retentionOffer: 0, unknown: 0 };
    const control = {
      subscriptions: 10,
      known: 10,
      outcomes: { ...none, kept: 6, cancelled: 4, open: 0 },
      keepRate: rate(6, 10),
      renewals: { renewed: 0, lapsed: 0, unknown: 0, open: 10 },
      revenue: [],
    };
    const offer = {
      subscriptions: 9,
      known: 8,
      outcomes: { ...none, kept: 6, cancelled: 1, redeemed: 1, open: 1 },
      keepRate: rate(7, 8),
      renewals: { renewed: 1, lapsed: 0, unknown: 0, open: 8 },
      revenue: [{ currency: "EUR", milliunits: 4990, renewals: 1 }],
    };
    const ofMessage = { rule: "monthly", delivered: "message" };
    expect(json).toEqual({
      from: "2027-01-15",
      to: "2027-01-17",
      windowMs: DAY,
      isRecounting: false,
      units: [
        {
          unit: "experiment:x",
          arms: [
            {
              arm: "control",
              ...control,
              messages: [{ ...ofMessage, message: "control_text", ...control }],
            },
            {
              arm: "offer",
              ...offer,
              messages: [{ ...ofMessage, message: "offer_text", ...offer }],
            },
          ],
          comparisons: [
            {
              arm: "offer",
              against: "control",
              difference: 7 / 8 - 6 / 10,
              ...differenceInterval({ count: 7, of: 8 }, { count: 6, of: 10 }),
            },
          ],
        },
      ],
      readAt: T + 3 * DAY,
    });
    const firstDay = await call("GET", "/outcomes?to=2027-01-15");
    expect(firstDay.json).toMatchObject({
      from: "2026-12-16",
      units: [
        { unit: "experiment:x", arms: [{ subscriptions: 10 }, { subscriptions: 8 }] },
        { unit: "fallback", arms: [{ subscriptions: 1 }], comparisons: [] },
      ],
    });
    expect(firstDay.text).not.toMatch(/offer-7|sealed/);
    expect((await call("GET", "/outcomes?from=2027-01-18")).json).toMatchObject({ units: [] });
  });

  test("readOutcomes refuses days that are none, too many days, and what is no unit", async () => {
    const { call } = await open();
    const asked = [
      ["from=2027-02-30", "a day of the calendar"],
      ["from=2027-01-19", "not after 2027-01-18"],
      ["from=2025-01-01", "at most 400 days"],
      ["unit=somebody", "experiment:KEY"],
    ] as const;
    for (const [query, expected] of asked) {
      const { code, text } = await call("GET", `/outcomes?${query}`);
      expect([code, text]).toEqual(["INPUT_INVALID", expect.stringContaining(expected)]);
    }
  });

  test("configureOutcomes changes the window of one environment, for who saw it as it was", async () => {
    const { call, world } = await open();
    const read = await call("GET", "/outcome-settings");
    const usual = { windowMs: DAY, isRecounting: false, isDefault: true };
    expect(read.json).toEqual(usual);
    const headers = { "If-Match": read.headers.get("etag") ?? "" };
    const put = (windowMs: number) =>
      call("PUT", "/outcome-settings", { headers, body: { windowMs } });
    expect((await put(MINUTE - 1)).code).toBe("INPUT_INVALID");
    const chosen = await put(HOUR);
    expect(chosen.json).toEqual({ windowMs: HOUR, isRecounting: true, isDefault: false });
    expect((await put(2 * HOUR)).code).toBe("PRECONDITION_FAILED");
    await world.attribute();
    const again = await call("GET", "/outcome-settings");
    expect(again.json).toMatchObject({ windowMs: HOUR, isRecounting: false });
    expect(again.headers.get("etag")).toBe(chosen.headers.get("etag"));
    const sandbox = await call("GET", "/../sandbox/outcome-settings");
    expect(sandbox.json).toEqual(usual);
  });
});
