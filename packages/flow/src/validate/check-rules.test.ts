import { describe, expect, test } from "vitest";
import { readFlow } from "../testing/flow-fixtures.ts";
import { arm, arms, rule, rules, validate } from "../testing/marked-flow.ts";

const two = (a: string, b: string) =>
  rules(
    `  - { name: a, ${a}, respond: { message: plain } }\n  - { name: b, ${b}, respond: { message: plain } }`,
  );

const experiment = (traffic: number, weights: readonly [number, number]) =>
  rules(
    `  - name: a\n    experiment:\n      key: e\n      traffic: ${traffic}\n      arms: [${arm("x", weights[0])}, ${arm("y", weights[1])}]`,
  );

const monthly = (when: string) => rule(`{ productId: yoga.monthly, ${when} }`);

describe("validateFlow() finds wrong rules", () => {
  test.each([
    [
      two("priority: 1, when: { locale: en-US }", "priority: »1"),
      "» error PRIORITY_TIE rules a and b both have priority 1; the order must be clear",
    ],
    [
      two("priority: 1, when: { locale: en-US }", "when: { locale: de-DE }").replace(
        "{ name: b",
        "»{ name: b",
      ),
      "» error PRIORITY_MIXED rule b has no priority while others have; give all or none of them one",
    ],
    [
      rules(
        "  - { name: a, schedule: { from: 2027-01-01, until: »2026-01-01 }, respond: { message: plain } }",
      ),
      "» error SCHEDULE_EMPTY the schedule ends (2026-01-01) before it starts (2027-01-01)",
    ],
    [
      arms(arm("x", "»0")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got 0",
    ],
    [
      arms(arm("x", "»-2")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got -2",
    ],
    [
      arms(arm("x", "»2.5")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got 2.5",
    ],
    [
      arms(arm("x", 2_000_000)).replace("arms: [", "arms: »["),
      "» error WEIGHT_INVALID the weights sum up to 2000000; at most 1048576 can be told apart",
    ],
    [
      `exclusionGroups: { g: [»{ experiment: e, from: 20, to: 10 }] }\n${arms(arm("x", 1))}`,
      "» error EXCLUSION_RANGE the share from 20 to 10 percent is empty; from must be below to",
    ],
    [
      `exclusionGroups: { g: [{ experiment: e, from: 0, to: 50 }, »{ experiment: e, from: 50, to: 60 }] }\n${arms(arm("x", 1))}`,
      "» error EXCLUSION_RANGE experiment e already has a share of group g",
    ],
    [
      rule("{ productId: yoga.family }", "{ »deferToApple: {} }"),
      "» note DEFERS_TO_APPLE rule a answers with a deliberate 503; Apple's performance test of such a product is refused",
    ],
    [
      two("when: { environment: production }", "when: { storefront: USA }")
        .replace(
          "when: { environment: production }",
          "when: { any: [{ environment: production }, { environment: sandbox }] }",
        )
        .replace("name: b", "name: »b"),
      "» error UNREACHABLE_RULE rule b can never be reached: rule a before it always holds for the same products",
    ],
    [
      rules(
        "  - { name: a, when: { productId: yoga.monthly }, respond: { message: plain } }\n  - { name: b, when: { productPeriod: P1Y }, respond: { message: plain } }\n  - { name: »c, when: { productId: { in: [yoga.monthly, yoga.yearly] }, storefront: USA }, respond: { message: plain } }",
      ),
      "» error UNREACHABLE_RULE rule c can never be reached: rule a and rule b before it always holds for the same products",
    ],
    [
      rule("{ productId: yoga.monthly, productPeriod: P1Y }").replace("name: a", "name: »a"),
      "» error UNREACHABLE_RULE rule a can never be reached: its conditions hold for no product in any environment",
    ],
    [
      rule("{ price: { gt: 10, lt: 5 } }").replace("name: a", "name: »a"),
      "» error UNREACHABLE_RULE rule a can never be reached: its conditions contradict each other, no subscriber can meet them all",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test.each([
    ["a schedule", "schedule: { from: 2026-01-01 }, respond: { message: plain }"],
    ["a cooldown", "cooldown: { days: 3 }, respond: { message: plain }"],
    ["a condition on what is not fixed", "when: { storefront: USA }, respond: { message: plain }"],
    ["a share of traffic", `experiment: { key: e, traffic: 50, arms: [${arm("x", 1)}] }`],
    ["other products", "when: { productId: yoga.family }, respond: { message: plain }"],
    ["the other environment", "when: { environment: sandbox }, respond: { message: plain }"],
  ])("no unreachable rule behind one with %s", (_what, first) => {
    const text = rules(
      `  - { name: a, ${first} }\n  - { name: b, when: { productId: yoga.monthly }, respond: { message: plain } }`,
    );
    expect(validate(text)).toEqual([]);
  });

  test("an order by priority, not by place", () => {
    const flow = two("priority: 2, when: { locale: en-US }", "priority: 1").replace(
      "name: a",
      "name: »a",
    );
    expect(validate(flow)).toEqual([
      "» error UNREACHABLE_RULE rule a can never be reached: rule b before it always holds for the same products",
    ]);
  });

  test("weights that change under a running experiment, and traffic that falls", () => {
    const previous = readFlow(experiment(50, [50, 50]));
    expect(validate(experiment(40, [60, 40]), { previous })).toEqual([
      "12:16 warning TRAFFIC_LOWERED the traffic of e falls from 50 to 40 percent: people leave the experiment while it runs",
      "13:13 warning WEIGHTS_CHANGED the arms of e were x 50, y 50 and are x 60, y 40: people move between arms and the results mix. Use a new key for a new experiment",
    ]);
    expect(validate(experiment(60, [50, 50]), { previous })).toEqual([]);
  });

  test("a rule that hangs on what is hardly ever known", () => {
    const knownShares = { storefront: 0.03, price: 0.9 };
    const found = (when: string) =>
      validate(monthly(when), { knownShares }).map((issue) => issue.slice(0, 42));
    expect(validate(monthly("»storefront: USA"), { knownShares })).toEqual([
      "» warning ATTRIBUTE_RARELY_KNOWN storefront known for 3 %: rule a is nearly dead. Send it, or say ifUnknown",
    ]);
    expect(found("any: [{ storefront: USA }, { price: 1 }]")).toEqual([]);
    expect(found("storefront: { equals: USA, ifUnknown: true }")).toEqual([]);
    expect(found("storefront: { equals: USA, ifUnknown: false }")).toHaveLength(1);
    expect(found("not: { storefront: { equals: USA, ifUnknown: false } }")).toEqual([]);
    expect(found("not: { storefront: USA }")).toHaveLength(1);
    const cooled = rules("  - { name: a, cooldown: { days: 3 }, respond: { message: plain } }");
    const history = { "subscription.previousDecisions": 0.01 };
    expect(validate(cooled, { knownShares: history })[0]).toContain("ATTRIBUTE_RARELY_KNOWN");
  });
});
