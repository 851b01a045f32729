import { effectiveFlow } from "@holdfast/flow/compile";
import { parseFlow } from "@holdfast/flow/document";
import { expect, test } from "vitest";
import { usesOf } from "./message-uses.ts";

const FLOW = `version: 1
app: com.example.app
messages:
  m: { defaultLocale: en-US, locales: { en-US: { header: H, body: B } } }
  other: { defaultLocale: en-US, locales: { en-US: { header: H2, body: B } } }
holdout: { key: h, percent: 5, respond: { message: m } }
rules:
  - name: offers
    respond:
      promotionalOffer: { message: m, offers: { a: O1, b: { product: c, offer: O2 } } }
      fallback: { message: m }
  - name: test
    experiment:
      key: k
      arms:
        - name: switch
          weight: 1
          respond:
            alternateProduct:
              message: m
              products: { a: b, b: { product: c, billingPlanType: MONTHLY } }
        - { name: plain, weight: 1, respond: { message: other } }
  - { name: commerce, respond: { advancedCommerceInfo: { message: m, request: {} } } }
  - { name: apple, respond: { deferToApple: {} } }
fallback: { message: m }
defaults: [{ message: m, products: all, locales: [en-US, ja] }]
environments: { sandbox: { defaults: [{ message: other, products: [a], locales: all }] } }
`;

test("usesOf() names every place that shows a message, with its offers and products", () => {
  const { document } = parseFlow(FLOW);
  if (document === undefined) throw new Error("expected the flow to be read");
  expect(usesOf("m", effectiveFlow(document, "production"))).toEqual([
    { kind: "offer", by: "rule offers", details: ["offer O1 of a", "offer O2 of c, for b"] },
    { kind: "message", by: "the fallback of rule offers", details: [] },
    { kind: "switch", by: "rule test, arm switch", details: ["a → b", "b → c, MONTHLY"] },
    { kind: "advancedCommerce", by: "rule commerce", details: [] },
    { kind: "message", by: "the holdout", details: [] },
    { kind: "message", by: "the fallback", details: [] },
    { kind: "default", by: "the defaults", details: ["products: all", "locales: en-US, ja"] },
  ]);
  expect(usesOf("other", effectiveFlow(document, "sandbox"))).toEqual([
    { kind: "message", by: "rule test, arm plain", details: [] },
    { kind: "default", by: "the defaults", details: ["products: a", "locales: all"] },
  ]);
  expect(usesOf("nobody", effectiveFlow(document, "production"))).toEqual([]);
});
