import { describe, expect, test } from "vitest";
import { parseCatalog } from "../catalog/index.ts";
import { validateFlow } from "./validate-flow.ts";
import { HEAD, readFlow } from "../testing/flow-fixtures.ts";
import { arm, arms, MARK, rule, rules, text, validate } from "../testing/marked-flow.ts";

describe("validateFlow() finds wrong names", () => {
  test.each([
    [
      rule("{ productId: yoga.monthly }", "{ message: »plian }"),
      '» error UNKNOWN_MESSAGE rule a names the message "plian", which is not there; did you mean "plain"?',
    ],
    [
      `${HEAD}rules: []\n`.replace("fallback: { message: keep }", "fallback: { message: »keeps }"),
      '» error UNKNOWN_MESSAGE the fallback names the message "keeps", which is not there; did you mean "keep"?',
    ],
    [
      rule("{ productId: »yoga.montly }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.montly"; did you mean "yoga.monthly"?',
    ],
    [
      rule("{ productId: { in: [yoga.monthly, »yoga.daily] } }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.daily"; did you mean "yoga.family"?',
    ],
    [
      rule("{ »storfront: USA }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "storfront"; did you mean "storefront"?',
    ],
    [
      rule("{ »plan_usage: 3 }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "plan_usage"; did you mean "attributes.plan_usage"?',
    ],
    [
      rule("{ »attributes.entirely_new: 3 }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "attributes.entirely_new"; declare it and its type under attributes',
    ],
    [
      `rollouts: { half: { percent: 50 } }\n${rule("{ rollout: »hlaf }")}`,
      '» error UNKNOWN_ROLLOUT there is no rollout "hlaf"; did you mean "half"?',
    ],
    [
      rule("{ subscriptionGroup: »yogi, productId: yoga.monthly }"),
      '» error UNKNOWN_SUBSCRIPTION_GROUP there is no subscription group "yogi"; did you mean "yoga"?',
    ],
    [
      rule("{ subscription.previousDecisions: { rule: »b, count: 1 } }"),
      '» warning UNKNOWN_RULE there is no rule "b" in the flow; did you mean "a"?',
    ],
    [
      rule("{ subscription.previousDecisions: { offer: »YOGA_HALF, count: 1 } }"),
      '» error UNKNOWN_OFFER there is no offer "YOGA_HALF"; expected productId/offerIdentifier; there is "yoga.monthly/YOGA_HALF", "yoga.yearly/YOGA_3M_FREE", "yoga.yearly/Y3"',
    ],
    [
      `exclusionGroups: { g: [{ experiment: »f, from: 0, to: 10 }] }\n${arms(arm("x", 1))}`,
      '» error UNKNOWN_EXPERIMENT there is no experiment with the key "f"; did you mean "e"?',
    ],
    [
      text("{ header: a, body: b }").replaceAll("en-US", "en_US").replace("en_US", "»en_US"),
      '» error UNKNOWN_LOCALE "en_US" is no App Store locale; did you mean "en-US"?',
    ],
    [
      `${HEAD}rules: []\ndefaults: [{ message: keep, products: [yoga.daily], locales: [»de] }]\n`,
      '» error UNKNOWN_LOCALE "de" is no App Store locale; did you mean "de-DE"?',
    ],
    [
      `${HEAD}rules: []\ndefaults: [{ message: keep, products: [»yoga.mnthly], locales: all }]\n`,
      '» error UNKNOWN_PRODUCT there is no product "yoga.mnthly"; did you mean "yoga.monthly"?',
    ],
    [
      rules(
        "  - { name: a, when: { productId: yoga.monthly }, respond: { message: plain } }\n  - { name: »a, respond: { message: plain } }",
      ),
      '» error DUPLICATE_NAME there is another rule "a"; give each its own name',
    ],
    [
      arms(`${arm("x", 1)}, ${arm("»x", 1)}`),
      '» error DUPLICATE_NAME there is another arm "x"; give each its own name',
    ],
    [
      rules(
        ["a", "b"]
          .map(
            (name) =>
              `  - { name: ${name}, experiment: { key: ${name === "b" ? MARK : ""}e, traffic: 5, arms: [${arm("x", 1)}] } }`,
          )
          .join("\n"),
      ),
      '» error DUPLICATE_NAME there is another experiment "e"; give each its own name',
    ],
    [
      text(
        "{ id: 551ee7c0-c097-418e-9dd5-2a98533a7390, header: a, body: b }, de-DE: { id: »551ee7c0-c097-418e-9dd5-2a98533a7390, header: c, body: d }",
      ),
      "» error DUPLICATE_IDENTIFIER another text has the id 551ee7c0-c097-418e-9dd5-2a98533a7390; content cannot change at Apple, so give this one its own",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test("a catalog of another app", () => {
    const catalog = parseCatalog({ bundleId: "com.example.yogi", products: [] });
    expect(validate(`${HEAD}rules: []`, { catalog })).toContain(
      "2:6 error APP_MISMATCH the flow is for com.example.yoga, the catalog for com.example.yogi",
    );
  });

  test("a message nothing uses, as a note", () => {
    const document = readFlow(`${HEAD}rules: []`);
    expect(validateFlow(document)).toMatchObject([{ code: "UNUSED_MESSAGE", severity: "note" }]);
  });
});
