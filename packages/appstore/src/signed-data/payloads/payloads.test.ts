import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzRuns } from "../testing/fuzz-runs.ts";
import {
  testAppTransaction,
  testNotification,
  testRealtimeRequest,
  testRenewalInfo,
  testTransaction,
} from "../testing/index.ts";
import { resultOrCode, thrownBy } from "../testing/thrown-by.ts";
import { parseAppTransaction } from "./app-transaction.ts";
import { parseNotification } from "./notification.ts";
import { parseDecodedRealtimeRequest } from "./realtime-request.ts";
import { parseRenewalInfo } from "./renewal-info.ts";
import { parseTransaction } from "./transaction.ts";

const PARSERS = [
  ["parseDecodedRealtimeRequest()", parseDecodedRealtimeRequest, testRealtimeRequest],
  ["parseNotification()", parseNotification, testNotification],
  ["parseTransaction()", parseTransaction, testTransaction],
  ["parseRenewalInfo()", parseRenewalInfo, testRenewalInfo],
  ["parseAppTransaction()", parseAppTransaction, testAppTransaction],
] as const;

describe.each(PARSERS)("%s", (_, parse, make) => {
  test("returns what it was given", () => {
    const payload = make({ later: [{}] });
    expect(parse(payload)).toBe(payload);
  });

  test.each([null, undefined, [], "{}", 1, true])("refuses %j", (value) => {
    expect(thrownBy(() => parse(value)).code).toBe("PAYLOAD_INVALID");
  });

  test.each(Object.keys(make()))("refuses %s of another type, and does not quote it", (field) => {
    for (const value of [null, ["secret"], Symbol("secret")]) {
      const refusal = thrownBy(() => parse({ ...make(), [field]: value }));
      expect(refusal.code).toBe("PAYLOAD_INVALID");
      expect(refusal.message).not.toContain("secret");
    }
  });

  test("throws nothing but PAYLOAD_INVALID, whatever it is given", () => {
    const field = fc.constantFrom(...Object.keys(make()));
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        const outcome = resultOrCode(() => typeof parse({ ...make(), [name]: value }));
        expect(["object", "PAYLOAD_INVALID"]).toContain(outcome);
      }),
      { numRuns: fuzzRuns(100) },
    );
  });
});

describe("Values that Apple may add pass as they are:", () => {
  test.each([
    ["a retention offer's type", parseTransaction, testTransaction({ offerType: 5 })],
    ["an offer type nobody knows", parseRenewalInfo, testRenewalInfo({ offerType: 99 })],
    [
      "an environment nobody knows",
      parseDecodedRealtimeRequest,
      testRealtimeRequest({ environment: "Moon" }),
    ],
    ["a discount nobody knows", parseTransaction, testTransaction({ offerDiscountType: "NEW" })],
    ["a status nobody knows", parseNotification, testNotification({ data: { status: 6 } })],
    ["a billing plan nobody knows", parseTransaction, testTransaction({ billingPlanType: "NEW" })],
  ])("%s", (_, parse, payload) => {
    expect(parse(payload)).toEqual(payload);
  });
});

describe("What is inside a payload is of its type:", () => {
  test.each([
    [
      "a commitment of a transaction",
      () =>
        parseTransaction(testTransaction({ commitmentInfo: { commitmentPrice: "1" } as object })),
      "commitmentPrice",
    ],
    [
      "a commitment of renewal info",
      () =>
        parseRenewalInfo(
          testRenewalInfo({ commitmentInfo: { commitmentRenewalDate: "1" } as object }),
        ),
      "commitmentRenewalDate",
    ],
    [
      "win-back offers",
      () => parseRenewalInfo(testRenewalInfo({ eligibleWinBackOfferIds: ["A", 1] as string[] })),
      "eligibleWinBackOfferIds",
    ],
    [
      "Advanced Commerce",
      () =>
        parseTransaction(
          testTransaction({ advancedCommerceInfo: [] as object as Record<string, unknown> }),
        ),
      "advancedCommerceInfo",
    ],
  ])("%s", (_, parse, field) => {
    const refusal = thrownBy(parse);
    expect(refusal.code).toBe("PAYLOAD_INVALID");
    expect(refusal.message).toContain(field);
  });
});
