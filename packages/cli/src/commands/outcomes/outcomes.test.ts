import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

const DAY = 24 * 3_600_000;
const TODAY = Date.now() - (Date.now() % DAY);
const PLACE = "--app yoga --environment production";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
  await count("experiment:x", "control", { kept: 6, cancelled: 4 });
  await count("experiment:x", "offer", { kept: 6, redeemed: 1, cancelled: 1, unknown: 2, open: 3 });
  await count("fallback", "", { kept: 1 });
});
afterAll(() => server.close());

type CountedOutcome = "kept" | "cancelled" | "redeemed" | "unknown" | "open";

/** Writes what was counted, as the job does. */
async function count(
  unit: string,
  arm: string,
  outcomes: Partial<Record<CountedOutcome, number>>,
): Promise<void> {
  const { queries } = server.database;
  const place = { app: "yoga", environment: "production" } as const;
  const group = {
    unit,
    arm,
    rule: unit === "fallback" ? "" : "monthly",
    message: `${arm}_text`,
    delivered: "message",
    day: TODAY,
  } as const;
  // Only names of outcomes are given.
  for (const [outcome, many] of Object.entries(outcomes) as [CountedOutcome, number][]) {
    const row = { ...place, ...group, outcome, renewal: "renewed", count: many } as const;
    await queries.insertInto("outcome_counts").values(row).execute();
  }
  if (arm !== "offer") return;
  const paid = { currency: "EUR", milliunits: 14_970, renewals: 3 };
  await queries
    .insertInto("outcome_revenue")
    .values({ ...place, ...group, ...paid })
    .execute();
}

describe("holdfast outcomes view", () => {
  test("shows arms with their keep rates, how they differ, and what the keep rate is", async () => {
    await using io = await server.openIo({ role: "viewer" });
    expect(await run(io, `outcomes view ${PLACE}`)).toBe(0);
    const shown = io.out();
    expect(shown).toMatch(
      /^Arm +Subscriptions +Kept +Cancelled +Redeemed +Switched +Retention offer +Unknown +Open +Keep rate/m,
    );
    expect(shown).toMatch(/^control +10 +6 +4 +0 +0 +0 +0 +0 +60\.0 % \[31\.3 %, 83\.2 %\] +10/m);
    expect(shown).toMatch(/^offer +13 +6 +1 +1 +0 +0 +2 +3 +87\.5 % .* 13 +14\.97 EUR$/m);
    expect(shown).toMatch(/^offer against control: \+27\.5 points \[-/m);
    expect(shown).toMatch(/^fallback\n/m);
    expect(shown).toContain("within 24h");
    expect(shown).toContain("Apple's save rate is something else");
    expect(shown).not.toContain("_text");
  });

  test("shows one experiment with its messages", async () => {
    await using io = await server.openIo();
    const line = `outcomes view ${PLACE} --experiment x --messages`;
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toMatch(/^ {2}monthly: offer_text \(message\) +13 /m);
    expect(io.out()).not.toContain("\nfallback");
    const { json } = await runJson(io, `${line} --from 2026-01-01 --to 2026-01-02`);
    expect(json).toMatchObject({ app: "yoga", from: "2026-01-01", units: [] });
    expect(await run(io, `outcomes view ${PLACE} --rule nobody`)).toBe(0);
    expect(io.out()).toContain("no outcomes of first requests from ");
  });

  test("says what is wrong with what was asked", async () => {
    await using io = await server.openIo();
    expect(await run(io, `outcomes view ${PLACE} --fallback --rule a`)).toBe(2);
    expect(io.err()).toContain("got rule:a and fallback");
    await using other = await server.openIo();
    expect(await run(other, `outcomes view ${PLACE} --from yesterday --output json`)).toBe(2);
    expect(errorOf(other)).toMatchObject({ code: "INPUT_INVALID" });
  });
});

describe("holdfast outcomes window", () => {
  test("shows the window, and changes it for a publisher", async () => {
    await using viewer = await server.openIo({ role: "viewer" });
    expect(await run(viewer, `outcomes window ${PLACE}`)).toBe(0);
    expect(viewer.out()).toBe("outcomes of yoga in production count within 24h\n");
    expect(await run(viewer, `outcomes window 7d ${PLACE} --output json`)).toBe(1);
    expect(errorOf(viewer)).toMatchObject({ code: "FORBIDDEN" });
    await using io = await server.openIo({ role: "publisher" });
    expect(await run(io, `outcomes window 7d ${PLACE}`)).toBe(0);
    expect(io.out()).toContain("count within 7d; what was counted otherwise is being counted anew");
    const { json } = await runJson(io, `outcomes window 168h ${PLACE}`);
    expect(json).toMatchObject({ windowMs: 7 * DAY, isDefault: false });
  });

  test.each(["31d", "0m", "0h", "7"])("refuses %s before anything is sent", async (length) => {
    await using io = await server.openIo();
    const lost = { ...io, fetch: () => Promise.reject(new TypeError("fetch failed")) };
    expect(await run(lost, `outcomes window ${length} ${PLACE}`)).toBe(2);
    expect(io.err()).toContain(`from 1m to 30d, got ${length}`);
  });
});
