import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { createFakeIo, FAKE_NOW } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../testing/run.ts";

const CHRISTMAS = "--at 2026-12-24";
const LOYAL = "--attribute storefront=USA --attribute subscription.tenureDays=200";

describe("simulate answers a described request", () => {
  test("with an offer signed by a throw-away key", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const line = `simulate --product yoga.yearly ${CHRISTMAS} ${LOYAL}`;
    const { code, json } = await runJson(io, line);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      snapshot: { app: "com.example.yoga", environment: "production" },
      request: { origin: "described", productId: "yoga.yearly", appAppleId: 6_745_974_592 },
      response: { status: 200, body: { promotionalOffer: {} } },
      signedWithThrowAwayKey: true,
      delivered: { kind: "promotionalOffer", offerIdentifier: "YOGA_3M_FREE" },
      evaluation: { source: "rule", rule: "annual_winback" },
    });
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toContain("Apple would refuse this signature");
  });

  test("with the reasons, rule by rule and test by test", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const line = "simulate --product yoga.monthly --locale de-AT --attribute plan_usage=9";
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toContain("✗ annual_winback  did not hold: schedule");
    expect(io.out()).toContain("✗ light_users_half_price  did not hold: when");
    expect(io.out()).toMatch(/✗ attributes\.plan_usage < 3 +it is 9/);
    expect(io.out()).toMatch(/✓ locale|✗ locale\.language is en +it is de/);
    expect(io.out()).toMatch(/\? storefront is USA +unknown: it is not among what is stored/);
    expect(io.out()).toContain("? monthly_switch_test  did not hold: when is unknown");
    expect(io.out()).toContain("· let_apple  not looked at: it cannot hold for this product");
    expect(io.out()).toContain("the flow's fallback: no rule held");
    expect(io.out()).toContain("keep_classes, de-DE");
    expect(io.out()).toContain("Deine Kurse warten");
  });

  test("with a deliberate 503", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const { json } = await runJson(io, "simulate --product yoga.family");
    expect(json).toMatchObject({ response: { status: 503 }, delivered: { kind: "deferToApple" } });
  });

  test("of a subscriber of whom nothing can be had", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const line = `simulate --product yoga.yearly ${CHRISTMAS} --unknown-subscriber`;
    const { json } = await runJson(io, line);
    expect(json).toMatchObject({
      subscriber: { status: "unavailable" },
      evaluation: { source: "fallback" },
      trace: { rules: [{ rule: "annual_winback", failedAt: "when" }, {}, {}, {}] },
    });
  });

  test("of a subscription in the holdout", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const line = "simulate --product yoga.monthly --original-transaction-id 9000000000000020";
    const { json } = await runJson(io, line);
    expect(json).toMatchObject({ trace: { holdout: { key: "h2026" } } });
  });

  test("against a snapshot, which says for itself of which environment it is", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const compiled = await runJson(io, "flow compile --environment sandbox --out a.json");
    const { json } = await runJson(io, "simulate --snapshot a.json --product yoga.monthly");
    expect(json).toMatchObject({
      snapshot: { environment: "sandbox", hash: compiled.json["hash"] },
    });
  });
});

async function captured(io: FakeIo, overrides: object = {}): Promise<void> {
  await copyYoga(io);
  const store = await createTestAppStore();
  const payload = testRealtimeRequest({ productId: "yoga.monthly", ...overrides });
  await writeFiles(io, {
    "root.pem": store.rootPem,
    "request.json": JSON.stringify({ signedPayload: store.sign(payload) }),
  });
}

describe("simulate answers a captured request", () => {
  test("verified as of its own signedDate, in its own environment", async () => {
    await using io = await createFakeIo({ now: () => FAKE_NOW + 10 * 365 * 86_400_000 });
    await captured(io);
    const { code, json } = await runJson(
      io,
      "simulate --request request.json --trusted-root root.pem",
    );
    expect(code).toBe(0);
    expect(json).toMatchObject({
      snapshot: { environment: "sandbox" },
      request: { origin: "verified", signedDate: FAKE_NOW },
    });
  });

  test("unverified when that is asked for, and says so", async () => {
    await using io = await createFakeIo();
    await captured(io);
    expect(await run(io, "simulate --request request.json --no-verify")).toBe(0);
    expect(io.out()).toContain("NOT verified");
  });

  test.each([
    ["a root that is not trusted", {}, "", "ROOT_UNTRUSTED"],
    ["another app", { appAppleId: 1 }, "--trusted-root root.pem", "APP_MISMATCH"],
    ["a missing field", { productId: undefined }, "--no-verify", "PAYLOAD_INVALID"],
  ])("only after it refused %s", async (_, overrides, options, code) => {
    await using io = await createFakeIo();
    await captured(io, overrides);
    expect(await run(io, `simulate --request request.json ${options} --output json`)).toBe(1);
    const error = errorOf(io);
    expect(error["code"]).toBe(code);
    expect(String(error["advice"]).includes("--trusted-root")).toBe(code === "ROOT_UNTRUSTED");
    expect(io.out()).toBe("");
  });
});

test.each([
  ["a request described by nothing", "", "OPTION_MISSING"],
  ["a request described twice", "--request request.json --product a", "OPTION_INVALID"],
  ["two flows", "--product a --flow flow.yaml --snapshot a.json", "OPTION_INVALID"],
  [
    "attributes of an unknown subscriber",
    "--product a --unknown-subscriber --attribute storefront=USA",
    "OPTION_INVALID",
  ],
  ["an attribute that is none", "--product a --attribute shoe=44", "OPTION_INVALID"],
  ["a time that is none", "--product a --at noon", "OPTION_INVALID"],
  ["a snapshot that is none", "--product a --snapshot catalog.json", "SNAPSHOT_FORMAT_UNKNOWN"],
  ["a root that is none", "--request request.json --trusted-root flow.yaml", "ROOT_INVALID"],
  ["a request that is none", "--request catalog.json", "JWS_MISSING"],
])("simulate refuses %s", async (_, options, code) => {
  await using io = await createFakeIo();
  await captured(io);
  expect(await run(io, `simulate ${options} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
  expect(io.out()).toBe("");
});

test("simulate refuses a snapshot of another environment", async () => {
  await using io = await createFakeIo();
  await captured(io);
  await run(io, "flow compile --environment production --out a.json");
  expect(await run(io, "simulate --snapshot a.json --request request.json")).toBe(2);
  expect(io.err()).toContain("ENVIRONMENT_MISMATCH");
});

test("simulate prints nothing that could steer the terminal", async () => {
  await using io = await createFakeIo();
  await captured(io, { productId: "yoga\u{1B}[2J", userLocale: "en\u{7}" });
  expect(await run(io, "simulate --request request.json --no-verify")).toBe(0);
  expect(io.out()).toContain("yoga\u{FFFD}[2J");
  expect(io.out()).not.toContain("\u{1B}");
  expect(io.out()).not.toContain("\u{7}");
});
