import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { thrownBy } from "../signed-data/testing/thrown-by.ts";
import { parseRealtimeResponse } from "./realtime-response.ts";

const messageIdentifier = "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9";
const signatureV1 = {
  encodedSignature: "MAYCAQECAQI=",
  productId: "yoga.yearly",
  nonce: messageIdentifier,
  timestamp: 1_763_715_600_000,
  keyId: "ABC123",
  offerIdentifier: "YOGA_3M",
};
const product = { messageIdentifier, productId: "yoga.monthly" };
const withV1 = { messageIdentifier, promotionalOfferSignatureV1: signatureV1 };
const withV2 = { messageIdentifier, promotionalOfferSignatureV2: "eyJ9.e30.c2ln" };

test.each([
  ["a message", { message: { messageIdentifier } }],
  ["another plan", { alternateProduct: product }],
  ["another plan paid monthly", { alternateProduct: { ...product, billingPlanType: "MONTHLY" } }],
  ["a billing plan Apple adds later", { alternateProduct: { ...product, billingPlanType: "NEW" } }],
  ["an offer with a JWS", { promotionalOffer: withV2 }],
  ["an offer with the older signature", { promotionalOffer: withV1 }],
  [
    "an offer with the older signature and an account",
    {
      promotionalOffer: {
        ...withV1,
        promotionalOfferSignatureV1: { ...signatureV1, appAccountToken: messageIdentifier },
      },
    },
  ],
  [
    "Advanced Commerce",
    { advancedCommerceInfo: { messageIdentifier, advancedCommerceData: "e30=" } },
  ],
])("parseRealtimeResponse() accepts %s as it is", (_, response) => {
  expect(parseRealtimeResponse(response)).toEqual(response);
});

describe("parseRealtimeResponse() refuses", () => {
  const message = { messageIdentifier };
  const v1 = (override: object) => ({
    promotionalOffer: { ...withV1, promotionalOfferSignatureV1: { ...signatureV1, ...override } },
  });
  test.each<[string, unknown, string]>([
    ["null", null, "the response"],
    ["a text", "{}", "the response"],
    ["an array", [{ message }], "the response"],
    ["no member", {}, "exactly one"],
    ["two members", { message, alternateProduct: product }, "exactly one"],
    ["a member beside one that is absent", { message, promotionalOffer: undefined }, "exactly one"],
    ["a member nobody knows", { messages: message }, "the response"],
    ["a member that is null", { message: null }, "message"],
    ["an inherited member", { ["__proto__"]: 1 }, "the response"],
    ["a message without its identifier", { message: {} }, "message.messageIdentifier"],
    [
      "an identifier in capitals",
      { message: { messageIdentifier: messageIdentifier.toUpperCase() } },
      "message.messageIdentifier",
    ],
    [
      "an identifier that is a number",
      { message: { messageIdentifier: 1 } },
      "message.messageIdentifier",
    ],
    ["a field Apple does not name", { message: { ...message, text: "stay" } }, "message"],
    [
      "another plan without its product",
      { alternateProduct: message },
      "alternateProduct.productId",
    ],
    [
      "an empty billing plan",
      { alternateProduct: { ...product, billingPlanType: "" } },
      "billingPlanType",
    ],
    ["an offer without a signature", { promotionalOffer: message }, "promotionalOffer"],
    [
      "an offer with both signatures",
      { promotionalOffer: { ...withV1, ...withV2 } },
      "promotionalOffer",
    ],
    [
      "a JWS of two parts",
      { promotionalOffer: { ...withV2, promotionalOfferSignatureV2: "a.b" } },
      "promotionalOfferSignatureV2",
    ],
    ["a signature that is no base64", v1({ encodedSignature: "??" }), "encodedSignature"],
    ["a time in text", v1({ timestamp: "1763715600000" }), "timestamp"],
    ["a time with a fraction", v1({ timestamp: 0.5 }), "timestamp"],
    ["a nonce that is no UUID", v1({ nonce: "1" }), "nonce"],
    ["an account that is null", v1({ appAccountToken: null }), "appAccountToken"],
    [
      "data that is no base64",
      { advancedCommerceInfo: { ...message, advancedCommerceData: "e30" } },
      "advancedCommerceData",
    ],
    ["no data", { advancedCommerceInfo: message }, "advancedCommerceData"],
  ])("%s", (_, response, named) => {
    const refusal = thrownBy(() => parseRealtimeResponse(response));
    expect(refusal.code).toBe("REALTIME_RESPONSE_INVALID");
    expect(refusal.message).toContain(named);
  });
});

test("parseRealtimeResponse() throws nothing but its own error, whatever it is given", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const { code } = thrownBy(() => parseRealtimeResponse(value));
      expect(code).toBe("REALTIME_RESPONSE_INVALID");
    }),
    { numRuns: fuzzRuns(300) },
  );
});
