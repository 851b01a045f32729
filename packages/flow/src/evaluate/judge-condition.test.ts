import { describe, expect, test } from "vitest";
import { found, prepareText, subjectWith } from "../testing/flow-fixtures.ts";
import { createContext } from "./context.ts";
import { judgeCondition } from "./judge-condition.ts";
import type { AttributeValue, Subject } from "./subject.ts";
import { truthName } from "./truth.ts";

/** What a condition comes to. */
function judge(when: string, subject: Subject): string {
  const prepared = prepareText(
    `rollouts: { all: { percent: 100 }, none: { percent: 0 } }\nrules: [{ name: rule, when: ${when}, respond: { message: keep } }]`,
    { catalog: undefined },
  );
  const lists = [prepared.otherRules, ...prepared.rulesByProduct.values()];
  const condition = lists.find(({ rules }) => rules.length > 0)?.rules[0]?.when;
  if (condition === undefined) throw new Error("the rule can hold for no product");
  return truthName(judgeCondition(condition, createContext(prepared, subject)));
}

const knowing = (attributes: Record<string, AttributeValue>) =>
  subjectWith({ subscriber: found({ attributes }) });

const tenure = (started: number) =>
  judge(
    "{ subscription.tenureDays: 90 }",
    subjectWith({ subscriber: found({ subscriptionStartedAt: started }) }),
  );

describe("judgeCondition() by operator", () => {
  test.each([
    ["{ storefront: USA }", "USA", "true"],
    ["{ storefront: USA }", "GBR", "false"],
    ["{ storefront: { equals: USA } }", "USA", "true"],
    ["{ storefront: { in: [USA, GBR] } }", "GBR", "true"],
    ["{ storefront: { in: [USA, GBR] } }", "DEU", "false"],
    ["{ storefront: { notIn: [USA, GBR] } }", "DEU", "true"],
    ["{ storefront: { notIn: [USA, GBR] } }", "USA", "false"],
    ["{ storefront: { startsWith: U } }", "USA", "true"],
    ["{ storefront: { startsWith: U } }", "GBR", "false"],
    ["{ storefront: { exists: true } }", "USA", "true"],
    ["{ storefront: { exists: false } }", "USA", "false"],
  ])("%s of %s is %s", (when, storefront, expected) => {
    expect(judge(when, knowing({ storefront }))).toBe(expected);
  });

  test.each([
    ["{ price: { gt: 5 } }", 5, "false"],
    ["{ price: { gte: 5 } }", 5, "true"],
    ["{ price: { lt: 5 } }", 5, "false"],
    ["{ price: { lte: 5 } }", 5, "true"],
    ["{ price: { gt: 1, lt: 9.99 } }", 9.98, "true"],
    ["{ price: { in: [1, 2] } }", 2, "true"],
    ["{ price: 9.99 }", 9990 / 1000, "true"],
  ])("%s of %s is %s", (when, price, expected) => {
    expect(judge(when, knowing({ price }))).toBe(expected);
  });

  test.each([
    ["{ attributes.joined: { before: 2026-01-01 } }", Date.UTC(2025, 11, 31), "true"],
    ["{ attributes.joined: { before: 2026-01-01 } }", Date.UTC(2026, 0, 1), "false"],
    ["{ attributes.joined: { after: 2026-01-01 } }", Date.UTC(2026, 0, 1), "false"],
    ["{ attributes.joined: { gte: '2026-01-01T02:00:00+02:00' } }", Date.UTC(2026, 0, 1), "true"],
  ])("%s of %s is %s", (when, joined, expected) => {
    expect(judge(when, knowing({ "attributes.joined": joined }))).toBe(expected);
  });

  test.each([
    ["{ attributes.tags: { includes: gold } }", ["gold"], "true"],
    ["{ attributes.tags: { includes: gold } }", [], "false"],
    ["{ attributes.tags: { notIncludes: gold } }", ["silver"], "true"],
    ["{ attributes.tags: { notIncludes: gold } }", ["gold"], "false"],
  ])("%s of %j is %s", (when, tags, expected) => {
    expect(judge(when, knowing({ "attributes.tags": tags }))).toBe(expected);
  });

  test.each([
    ["{ locale: en-US }", "en_us", "true"],
    ["{ locale: { in: [zh-TW] } }", "zh-Hant-TW", "true"],
    ["{ locale: { language: en } }", "en-GB", "true"],
    ["{ locale: { language: [fr, de] } }", "de-AT", "true"],
    ["{ locale: { language: no } }", "nb-NO", "true"],
    ["{ locale: { region: US } }", "es-US", "true"],
    ["{ locale: { region: US } }", "en", "false"],
    ["{ locale.region: { exists: false } }", "en", "true"],
    ["{ locale: { language: en, region: GB } }", "en-US", "false"],
    ["{ locale: { language: en } }", "not a locale", "unknown"],
  ])("%s of %s is %s", (when, userLocale, expected) => {
    expect(judge(when, subjectWith({ userLocale }))).toBe(expected);
  });
});

describe("judgeCondition() on absent and unknown", () => {
  const absent = knowing({ storefront: null, "attributes.tags": null, price: null });
  const unknown = knowing({});

  test.each([
    ["{ storefront: { exists: true } }", "false", "unknown"],
    ["{ storefront: { exists: false } }", "true", "unknown"],
    ["{ storefront: USA }", "false", "unknown"],
    ["{ storefront: { in: [USA] } }", "false", "unknown"],
    ["{ storefront: { notIn: [USA] } }", "true", "unknown"],
    ["{ storefront: { startsWith: U } }", "false", "unknown"],
    ["{ price: { lt: 5 } }", "false", "unknown"],
    ["{ attributes.tags: { includes: gold } }", "false", "unknown"],
    ["{ attributes.tags: { notIncludes: gold } }", "true", "unknown"],
    ["{ storefront: { equals: USA, ifUnknown: true } }", "false", "true"],
    ["{ storefront: { notIn: [USA], ifUnknown: false } }", "true", "false"],
    ["{ not: { storefront: USA } }", "true", "unknown"],
    ["{ any: [{ storefront: USA }, { productId: yoga.monthly }] }", "true", "true"],
    ["{ all: [{ storefront: USA }, { productId: yoga.yearly }] }", "false", "false"],
  ])("%s is %s on absent and %s on unknown", (when, onAbsent, onUnknown) => {
    expect(judge(when, absent)).toBe(onAbsent);
    expect(judge(when, unknown)).toBe(onUnknown);
  });

  test("a stored value of another type is unknown", () => {
    expect(judge("{ price: { lt: 5 } }", knowing({ price: "4" }))).toBe("unknown");
    expect(judge("{ storefront: USA }", knowing({ storefront: 1 }))).toBe("unknown");
    expect(judge("{ attributes.tags: { includes: a } }", knowing({ "attributes.tags": "a" }))).toBe(
      "unknown",
    );
    expect(judge("{ price: { exists: true } }", knowing({ price: Number.NaN }))).toBe("unknown");
  });

  test("no attribute's name reaches a prototype", () => {
    // Object.create() returns any; what it makes has no member of its own.
    const inherited = Object.create({ storefront: "USA" }) as Record<string, AttributeValue>;
    expect(judge("{ storefront: { exists: true } }", knowing(inherited))).toBe("unknown");
  });
});

describe("judgeCondition() on the request", () => {
  test.each([
    ["{ requestedAt: { after: 2026-12-24 } }", "true"],
    ["{ requestedAt: { before: 2026-12-24 } }", "false"],
    ["{ requestedAt.day: 24 }", "true"],
    ["{ requestedAt.hour: { gte: 10, lt: 11 } }", "true"],
    ["{ requestedAt.weekday: { in: [thursday] } }", "true"],
    ["{ environment: production }", "true"],
    ["{ appAppleId: 6745974592 }", "true"],
    ["{ rollout: all }", "true"],
    ["{ rollout: none }", "false"],
    ["{ productPeriod: { exists: true } }", "unknown"],
  ])("%s is %s", (when, expected) => {
    expect(judge(when, subjectWith())).toBe(expected);
  });

  test("computes tenure at the request's time, in whole days", () => {
    const at = subjectWith().requestedAt;
    expect(tenure(at - 90 * 86_400_000)).toBe("true");
    expect(tenure(at - 91 * 86_400_000 + 1)).toBe("true");
    expect(tenure(at - 90 * 86_400_000 + 1)).toBe("false");
  });

  test("takes a stored tenure where the start is not known", () => {
    expect(judge("{ subscription.tenureDays: 5 }", knowing({ "subscription.tenureDays": 5 }))).toBe(
      "true",
    );
  });
});

describe("judgeCondition() on earlier decisions", () => {
  const rule = "subscription.previousDecisions: { rule: rule,";
  const at = subjectWith().requestedAt;
  const twice = { count: 2, firstAt: at - 40 * 86_400_000, lastAt: at - 30 * 86_400_000 };
  const seen = found({ previousDecisions: { rules: { rule: twice }, offers: {} } });

  test.each([
    [`{ ${rule} count: 2 } }`, "true", "false", "unknown"],
    [`{ ${rule} count: { lt: 2 } } }`, "false", "true", "unknown"],
    [`{ ${rule} daysSinceLast: { gte: 30 } } }`, "true", "false", "unknown"],
    [`{ ${rule} lastAt: { before: 2026-12-01 } } }`, "true", "false", "unknown"],
    [`{ ${rule} lastAt: { exists: false } } }`, "false", "true", "unknown"],
    [`{ ${rule} count: 0, ifUnknown: true } }`, "false", "true", "true"],
  ])("%s is %s when seen, %s when new, %s when unknown", (when, known, empty, unknown) => {
    expect(judge(when, subjectWith({ subscriber: seen }))).toBe(known);
    expect(judge(when, subjectWith({ subscriber: { status: "notFound" } }))).toBe(empty);
    const lost = { status: "unavailable", reason: "late" } as const;
    expect(judge(when, subjectWith({ subscriber: lost }))).toBe(unknown);
  });
});
