import "reflect-metadata/lite";
import * as x509 from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import type { App } from "../../apps/index.ts";
import { HOUR_MS } from "../../distribution/answer-hours.ts";
import type { AnswerHour } from "../../distribution/answer-hours.ts";
import { findSilence } from "./apple-silent.ts";
import type { SilenceFacts } from "./apple-silent.ts";
import { findExpiringCertificates } from "./expiring-certificates.ts";
import { findFallbackRate } from "./fallback-rate.ts";
import { findLostRuntimes } from "./lost-runtimes.ts";

const PLACE = { app: "yoga", environment: "production" } as const;
const NOW = 500_000 * HOUR_MS + 1;

/** The totals of the hour that began so many hours before the one of now. */
function hour(ago: number, counts: Partial<AnswerHour> = {}): AnswerHour {
  const nothing = { answered: 0, fallback: 0, deferred: 0, refused: 0, unavailable: 0 };
  const start = 500_000 * HOUR_MS - ago * HOUR_MS;
  return { ...nothing, hour: start, lastRequestAt: start + 1, ...counts };
}

function fallbackStates(hours: readonly AnswerHour[], isPaused = false): readonly string[] {
  const found = findFallbackRate({ place: PLACE, hours, isPaused, now: NOW });
  return found.map(({ state }) => state);
}

function silenceStates(
  hours: readonly AnswerHour[],
  { isHeard = true, place = PLACE }: Partial<Pick<SilenceFacts, "isHeard" | "place">> = {},
): readonly string[] {
  return findSilence({ place, hours, isHeard, now: NOW }).map(({ state }) => state);
}

/** Requests for two days until so many hours ago, every so many hours. */
function until(
  ago: number,
  { every = 1, answered = 2 }: { readonly every?: number; readonly answered?: number } = {},
): readonly AnswerHour[] {
  return Array.from({ length: 48 / every }, (_, index) =>
    hour(ago + 48 - every - index * every, { answered }),
  );
}

describe("findFallbackRate()", () => {
  test.each([
    ["nothing at all", [], []],
    ["a tenth exactly", [hour(0, { answered: 90, fallback: 10 })], ["unknown"]],
    ["more than a tenth", [hour(0, { answered: 89, fallback: 11 })], ["standing"]],
    ["no answers as well as fallbacks", [hour(0, { answered: 80, unavailable: 20 })], ["standing"]],
    ["the hour before counted too", [hour(1, { answered: 10, fallback: 40 })], ["standing"]],
    ["what is older not", [hour(2, { answered: 10, fallback: 40 })], []],
    ["too few to say", [hour(0, { fallback: 49 })], ["unknown"]],
    ["a little below the limit", [hour(0, { answered: 91, fallback: 9 })], ["unknown"]],
    ["well below the limit", [hour(0, { answered: 92, fallback: 8 })], []],
    ["left to Apple", [hour(0, { deferred: 100 })], []],
    ["strangers' requests", [hour(0, { answered: 100, refused: 900 })], []],
  ] as const)("judges %s", (_, hours, expected) => {
    expect(fallbackStates(hours)).toEqual(expected);
  });

  test("does not complain of what somebody wanted", () => {
    expect(fallbackStates([hour(0, { answered: 1, fallback: 99 })], true)).toEqual(["unknown"]);
  });

  test("says how many", () => {
    const hours = [hour(0, { answered: 40, fallback: 20 }), hour(1, { answered: 20 })];
    const [found] = findFallbackRate({ place: PLACE, hours, isPaused: false, now: NOW });
    expect(found?.details).toEqual({ rate: 0.25, limit: 0.1, requests: 80, failed: 20 });
  });

  test("takes limits", () => {
    const hours = [hour(0, { answered: 7, fallback: 3 })];
    const facts = { place: PLACE, hours, isPaused: false, now: NOW };
    const [found] = findFallbackRate(facts, { rate: 0.2, leastAnswers: 10 });
    expect(found?.state).toBe("standing");
  });
});

describe("findSilence()", () => {
  test("tells when requests came every hour, and none for more than three", () => {
    expect(silenceStates(until(3))).toEqual([]);
    expect(silenceStates(until(4))).toEqual(["standing"]);
    expect(silenceStates(until(200))).toEqual(["standing"]);
  });

  test("knows the nights", () => {
    const withNights = until(5).filter(({ hour: start }) => (start / HOUR_MS) % 24 >= 8);
    // The longest gap is nine hours: three times that is patience for a day.
    expect(silenceStates(withNights)).toEqual([]);
    const later = until(35).filter(({ hour: start }) => (start / HOUR_MS + 30) % 24 >= 8);
    expect(silenceStates(later)).toEqual(["standing"]);
  });

  test.each([
    ["no request ever", []],
    ["only refused ones", [hour(30, { refused: 100, lastRequestAt: 0 })]],
    ["too few to say", until(20).slice(0, 5)],
    ["less than a day", until(20, { answered: 50 }).slice(-20)],
    ["now and then", until(20, { every: 12, answered: 50 })],
  ])("says nothing of %s", (_, hours) => {
    expect(silenceStates(hours)).toEqual([]);
  });

  test("says nothing of the sandbox, and cannot tell while no runtime reports", () => {
    expect(silenceStates(until(10), { place: { ...PLACE, environment: "sandbox" } })).toEqual([]);
    expect(silenceStates(until(10), { isHeard: false })).toEqual(["unknown"]);
  });
});

test("findLostRuntimes() tells each app of those that served it", () => {
  const served = { app: "yoga", environment: "sandbox", sequence: 1, stopListSequence: 0 } as const;
  const runtime = {
    id: "one",
    host: "node",
    release: "0.0.0",
    startedAt: 1,
    reportedAt: 2,
  } as const;
  const lost = [{ ...runtime, serves: [served] }];
  expect(findLostRuntimes("yoga", lost)).toMatchObject([
    { kind: "runtime.lost", subject: "one", details: { runtime: "one", lastReportedAt: 2 } },
  ]);
  expect(findLostRuntimes("golf", lost)).toEqual([]);
});

test("findExpiringCertificates() tells of roots that end within 30 days, or ended", async () => {
  const DAY_MS = 24 * HOUR_MS;
  const now = Date.now();
  const root = async (days: number): Promise<string> => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const made = await x509.X509CertificateGenerator.createSelfSigned(
      {
        name: `CN=${days}`,
        keys,
        signingAlgorithm: algorithm,
        notBefore: new Date(now - 400 * DAY_MS),
        notAfter: new Date(now + days * DAY_MS),
      },
      crypto,
    );
    return made.toString("pem");
  };
  const sandbox = { trustedRoots: [await root(31), await root(29)], requiredApprovals: 0 };
  const production = { trustedRoots: [await root(-1)], requiredApprovals: 0 };
  const app: App = {
    id: "yoga",
    name: "Yoga",
    bundleId: "com.example.yoga",
    appAppleId: 1,
    environments: { sandbox, production },
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  };
  const found = findExpiringCertificates(app, now);
  const ends = found.map(({ environment, details }) => [
    environment,
    Math.round((Number(details["validUntil"]) - now) / DAY_MS),
  ]);
  expect(ends).toEqual([
    ["sandbox", 29],
    ["production", -1],
  ]);
  expect(found[0]?.subject).toMatch(/^[0-9a-f]{64}$/);
});
