import { describe, expect, test } from "vitest";
import { rule, validate } from "../testing/marked-flow.ts";

describe("validateFlow() finds wrong conditions", () => {
  test.each([
    [
      "{ storefront: »{ ifUnknown: true } }",
      "» error TEST_EMPTY the test of storefront compares nothing; it takes equals, in, notIn, startsWith, exists",
    ],
    [
      "{ locale: »{} }",
      "» error TEST_EMPTY the test of locale compares nothing; it takes equals, in, notIn, startsWith, exists, language, region",
    ],
    [
      "{ subscription.previousDecisions: »{ count: 1 } }",
      "» error TEST_EMPTY subscription.previousDecisions needs either rule or offer",
    ],
    [
      "{ subscription.previousDecisions: »{ rule: a } }",
      "» error TEST_EMPTY subscription.previousDecisions compares nothing; it takes count, lastAt, daysSinceLast",
    ],
    [
      "{ attributes.cohort: { »gt: 3 } }",
      "» error OPERATOR_NOT_FOR_TYPE attributes.cohort is a string; gt does not suit it, it takes equals, in, notIn, startsWith, exists",
    ],
    [
      "{ attributes.joined: »2026-01-01 }",
      "» error OPERATOR_NOT_FOR_TYPE attributes.joined is a date; equals does not suit it, it takes before, after, gt, gte, lt, lte, exists",
    ],
    [
      "{ attributes.plan_usage: »many }",
      '» error VALUE_NOT_FOR_TYPE expected a number for attributes.plan_usage, got "many"',
    ],
    [
      "{ attributes.cohort: { in: [a, b], equals: »true } }",
      "» error VALUE_NOT_FOR_TYPE expected a text for attributes.cohort, got true",
    ],
    [
      "{ attributes.vip: { equals: »'yes' } }",
      '» error VALUE_NOT_FOR_TYPE expected true or false for attributes.vip, got "yes"',
    ],
    [
      "{ attributes.joined: { gt: »5 } }",
      "» error VALUE_NOT_FOR_TYPE expected a date like 2026-12-01 for attributes.joined, got 5",
    ],
    [
      "{ storefront: { in: [USA, »US] } }",
      '» error VALUE_NOT_POSSIBLE storefront is never "US"; expected three letters like USA',
    ],
    [
      "{ environment: »Production }",
      '» error VALUE_NOT_POSSIBLE environment is never "Production"; did you mean "production"?',
    ],
    [
      "{ requestedAt.weekday: »mon }",
      '» error VALUE_NOT_POSSIBLE requestedAt.weekday is never "mon"; there is "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"',
    ],
    [
      "{ locale: »english }",
      '» error VALUE_NOT_POSSIBLE "english" is no locale; expected one like en-US',
    ],
    [
      "{ productPeriod: »monthly }",
      '» error VALUE_NOT_POSSIBLE productPeriod is never "monthly"; expected a period like P1M',
    ],
    [
      "{ subscription.ownership: »SHARED }",
      '» error VALUE_NOT_POSSIBLE subscription.ownership is never "SHARED"; there is "PURCHASED", "FAMILY_SHARED"',
    ],
  ])("%s", (when, expected) => {
    expect(validate(rule(when))).toContain(expected);
  });

  test("finds them below all, any and not", () => {
    const when = "{ all: [{ any: [{ not: { »storfront: USA } }, { locale: en-US }] }] }";
    expect(validate(rule(when))[0]).toMatch(/^» error UNKNOWN_ATTRIBUTE/);
  });
});
