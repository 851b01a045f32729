import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MUTATION_RUNS, mutationsOf } from "../testing/mutations.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { parseDecisionRecord } from "./parse-decision-record.ts";
import { WireError } from "./wire-error.ts";

const OFFER = {
  kind: "promotionalOffer",
  message: "three_months_free",
  locale: "en-US",
  messageIdentifier: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11",
  productId: "yoga.yearly",
  offerIdentifier: "Y3",
  signature: "v2",
} as const;

const RECORD: DecisionRecord = {
  format: "holdfast.decision/1",
  app: "yoga",
  environment: "production",
  requestIdentifier: "4d6c7a1e-8f3b-4f0e-9b55-2a1c7d9e0f11",
  requestedAt: 1_795_251_600_000,
  decidedAt: 1_795_251_600_120,
  latencyMs: 2.417,
  subject: {
    productId: "yoga.monthly",
    userLocale: "en-US",
    pseudonym: "Zb3W8xq0T1r5yK2nLJ4hVQ9cUeXaPmRsDfGtBiOo7Eg",
    sealedId: "1.1.c2VhbGVk",
    subscriber: {
      status: "found",
      state: {
        attributes: { storefront: "USA", price: 9.99, "subscription.offerType": null },
        subscriptionStartedAt: 1_790_000_000_000,
        previousDecisions: {
          rules: { winback: { count: 1, firstAt: 1, lastAt: 2, redeemedAt: 3 } },
          offers: {},
        },
      },
    },
  },
  snapshot: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  stopListSequence: 3,
  source: "rule",
  rule: "winback",
  experiment: { key: "e", arm: "offer" },
  hashes: [{ layer: "arm", key: "e", hash: 12 }],
  hashVersion: 1,
  assigned: OFFER,
  delivered: { ...OFFER, kind: "message" },
  deviation: "signingFailed",
  host: "node",
};

/** The record with one value in another's place, by the path of members to it. */
function withValue(path: string, value: unknown): unknown {
  const copy = structuredClone(RECORD) as unknown as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at = copy;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** What becomes of a text: it is no JSON, a record, or refused with this code and message. */
function outcomeOf(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "no JSON";
  }
  try {
    return parseDecisionRecord(value) === value ? "read" : "read as another";
  } catch (error) {
    // Anything but a refusal is told by its missing code.
    return error instanceof WireError ? `${error.code}: ${error.message}` : String(error);
  }
}

const LONG = "x".repeat(257);

describe("parseDecisionRecord()", () => {
  test("returns the record, with members of a later release", () => {
    const later = { ...RECORD, later: { of: 1 } };
    expect(parseDecisionRecord(later)).toBe(later);
  });

  test.each(["rule", "experiment", "assigned", "delivered", "deviation", "host"])(
    "needs no %s",
    (name) => {
      expect(parseDecisionRecord(withValue(name, undefined))).not.toHaveProperty(name);
    },
  );

  test.each([
    { status: "notFound" },
    { status: "unavailable", reason: "late" },
    { status: "found", state: { attributes: {}, previousDecisions: { rules: {}, offers: {} } } },
  ])("takes the lookup %j", (subscriber) => {
    expect(parseDecisionRecord(withValue("subject.subscriber", subscriber))).toBeDefined();
  });

  test.each([
    { kind: "deferToApple" },
    { ...OFFER, kind: "alternateProduct", billingPlanType: "MONTHLY" },
    { ...OFFER, kind: "advancedCommerceInfo", request: { any: ["thing"] } },
  ])("takes the response $kind", (response) => {
    expect(parseDecisionRecord(withValue("delivered", response))).toBeDefined();
  });

  test.each([
    ["app", "a/b"],
    ["app", undefined],
    ["environment", "Production"],
    ["requestIdentifier", ""],
    ["requestIdentifier", "a\u0000"],
    ["requestIdentifier", "\ud800"],
    ["requestedAt", -1],
    ["requestedAt", 1.5],
    ["requestedAt", 9e15],
    ["decidedAt", "1"],
    ["latencyMs", Number.NaN],
    ["latencyMs", -1],
    ["snapshot", "9F86"],
    ["stopListSequence", null],
    ["source", "guess"],
    ["rule", LONG],
    ["experiment", { key: "e" }],
    ["hashes", {}],
    ["hashes", [{ layer: "moon", key: "e", hash: 1 }]],
    ["assigned", { kind: "postcard", message: "m", locale: "l", messageIdentifier: "i" }],
    ["delivered", { ...OFFER, offerIdentifier: undefined }],
    ["delivered", null],
    ["deviation", 1],
    ["host", ""],
    ["subject", []],
    ["subject.pseudonym", "has spaces"],
    ["subject.sealedId", undefined],
    ["subject.userLocale", 1],
    ["subject.subscriber", { status: "maybe" }],
    ["subject.subscriber", { status: "unavailable", reason: "asleep" }],
    ["subject.subscriber.state", undefined],
    ["subject.subscriber.state.attributes", { "a\u0007": 1 }],
    ["subject.subscriber.state.attributes", { deep: { er: 1 } }],
    ["subject.subscriber.state.attributes", { list: [1] }],
    ["subject.subscriber.state.previousDecisions", { rules: {} }],
    ["subject.subscriber.state.previousDecisions.rules.winback.count", -1],
  ])("refuses %s that is %j", (path, value) => {
    expect(() => parseDecisionRecord(withValue(path, value))).toThrow(
      expect.objectContaining({ code: "WIRE_MALFORMED" }),
    );
  });

  test.each([[undefined], [null], ["text"], [[RECORD]]])("refuses %j", (value) => {
    expect(() => parseDecisionRecord(value)).toThrow(
      expect.objectContaining({ code: "WIRE_MALFORMED" }),
    );
  });

  test("refuses another version of the format", () => {
    expect(() => parseDecisionRecord({ ...RECORD, format: "holdfast.decision/2" })).toThrow(
      expect.objectContaining({ code: "WIRE_FORMAT_UNKNOWN" }),
    );
  });

  test("returns a record or refuses, whatever is changed, and repeats nothing that came", () => {
    const text = JSON.stringify(RECORD);
    fc.assert(
      fc.property(mutationsOf(text), (mutated) => {
        const outcome = outcomeOf(mutated);
        expect(outcome).toMatch(/^(no JSON$|read$|WIRE_[A-Z_]+: decision record: )/);
        expect(outcome).not.toContain(RECORD.subject.pseudonym);
      }),
      { numRuns: MUTATION_RUNS },
    );
  });
});
