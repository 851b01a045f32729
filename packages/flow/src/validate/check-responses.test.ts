import { describe, expect, test } from "vitest";
import { validateFlow } from "./validate-flow.ts";
import { readFlow } from "../testing/flow-fixtures.ts";
import { change, offer, rule, validate } from "../testing/marked-flow.ts";

const withImage = (respond: string) =>
  rule("{ productId: yoga.monthly }", respond).replace(
    "body: For you.",
    "body: For you., »image: { file: a.png, alt: A }",
  );

describe("validateFlow() finds wrong responses", () => {
  test.each([
    [
      offer("{ yoga.monthly: »HALF }"),
      '» error UNKNOWN_OFFER yoga.monthly has no promotional offer "HALF"; there is "YOGA_HALF"',
    ],
    [
      offer("{ yoga.monthly: »Y3 }"),
      "» error OFFER_NOT_FOR_PRODUCT the offer Y3 belongs to yoga.yearly, not to yoga.monthly; write { product: yoga.yearly, offer: Y3 } to make it",
    ],
    [
      offer("{ yoga.monthly: { product: yoga.yearly, offer: »YOGA_HALF } }"),
      "» error OFFER_NOT_FOR_PRODUCT the offer YOGA_HALF belongs to yoga.monthly, not to yoga.yearly; write { product: yoga.monthly, offer: YOGA_HALF } to make it",
    ],
    [
      offer("{ yoga.monthly: { product: »yoga.daily, offer: Y3 } }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.daily"; did you mean "yoga.family"?',
    ],
    [
      offer("{ »yoga.montly: Y3 }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.montly"; did you mean "yoga.monthly"?',
    ],
    [
      change("{ yoga.monthly: »yoga.family }"),
      "» error SWITCH_OUTSIDE_GROUP yoga.family is in the subscription group family, yoga.monthly in yoga; in yoga there is yoga.yearly",
    ],
    [
      change("{ yoga.monthly: »yoga.monthly }"),
      "» error SWITCH_TO_SAME_PRODUCT yoga.monthly would switch to itself; name another product, or a billingPlanType",
    ],
    [
      change("{ yoga.monthly: { product: yoga.yearly, billingPlanType: »MONTLY } }"),
      '» warning BILLING_PLAN_UNKNOWN Apple\'s billing plans are BILLED_UPFRONT and MONTHLY, not "MONTLY"; did you mean "MONTHLY"?',
    ],
    [
      rule(
        "{ storefront: USA }",
        "{ promotionalOffer: { message: plain, offers: »{ yoga.yearly: Y3 } } }",
      ),
      "» warning PRODUCT_NOT_IN_MAP rule a can hold for yoga.monthly, yoga.family, which offers does not name: the fallback answers there. Add it, or narrow the rule's productId",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test.each([
    [
      "alternateProduct: { message: plain, products: { yoga.monthly: yoga.yearly } }",
      "an alternate product",
    ],
    [
      "promotionalOffer: { message: plain, offers: { yoga.monthly: YOGA_HALF } }",
      "a promotional offer",
    ],
    ["advancedCommerceInfo: { message: plain, request: {} }", "an Advanced Commerce change"],
  ])("an image in a message for %s", (respond, use) => {
    expect(validate(withImage(`{ ${respond} }`))).toEqual([
      `» error IMAGE_NOT_ALLOWED rule a uses the message plain for ${use}, which takes no image and no bullets; use another message there`,
    ]);
  });

  test("bullets in one, too", () => {
    const flow = offer("{ yoga.monthly: YOGA_HALF }").replace(
      "body: For you.",
      "body: For you., »bullets: [{ text: a, image: { file: a.png, alt: A } }]",
    );
    expect(validate(flow)[0]).toMatch(/^» error IMAGE_NOT_ALLOWED/);
  });
});

describe("validateFlow() without options", () => {
  test("takes products and offers on trust", () => {
    const document = readFlow(offer("{ some.product: SOME_OFFER }"));
    expect(validateFlow(document)).toEqual([]);
  });
});
