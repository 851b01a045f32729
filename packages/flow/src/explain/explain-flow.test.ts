import { describe, expect, test } from "vitest";
import { HEAD, readFlow } from "../testing/flow-fixtures.ts";
import { explainFlow } from "./explain-flow.ts";

const linesOf = (rule: string, top = "") => {
  const { sections } = explainFlow(readFlow(`${HEAD}${top}rules: [${rule}]`));
  return sections.find((section) => section.rule === "a")?.lines ?? [];
};
const whenLine = (when: string) =>
  linesOf(
    `{ name: a, when: ${when}, respond: { message: keep } }`,
    "rollouts: { half: { percent: 50 } }\n",
  )[0];

describe("explainFlow()", () => {
  test("tells a flow in the order it is tried", () => {
    const document = readFlow(`${HEAD}description: For yogis.
holdout: { key: h, percent: 5, respond: { message: keep } }
rules:
  - { name: late, priority: 2, respond: { message: plain } }
  - { name: early, priority: 1, when: { productId: a }, respond: { deferToApple: {} } }
`);
    expect(explainFlow(document).text).toBe(`Flow for com.example.yoga
  For yogis.
  There are 2 rules; they are tried in order, and the first that holds answers.

Before the rules: the holdout h
  5 % of subscribers always get the message keep, whatever the rules say.

1. early
  Holds when the product is a.
  Answers with a deliberate 503, so that Apple shows its own message and offers.

2. late
  Holds for everybody.
  Answers with the message plain.

When no rule holds
  Answers with the message keep.
`);
  });

  test.each([
    [
      "{ storefront: { in: [USA, GBR], ifUnknown: false } }",
      "the storefront is one of USA, GBR (and it is known)",
    ],
    ["{ storefront: { notIn: [USA] } }", "the storefront is not USA"],
    [
      "{ price: { gte: 5, lt: 9.99, ifUnknown: true } }",
      "price is at least 5 (or it is unknown), and price is less than 9.99 (or it is unknown)",
    ],
    [
      "{ any: [{ locale: { language: en } }, { rollout: half }] }",
      "either the device's language is en, or the subscriber is in the rollout half",
    ],
    ["{ not: { attributes.vip: true } }", "it is not so that attributes.vip is yes"],
    ["{ attributes.joined: { after: 2026-01-01 } }", "attributes.joined is after 2026-01-01"],
    [
      "{ requestedAt: { before: '2026-01-01T10:00Z' } }",
      "the time of the request is before 2026-01-01T10:00:00Z",
    ],
    ["{ attributes.vip: { exists: false } }", "attributes.vip does not exist"],
    [
      "{ subscription.previousDecisions: { rule: a, count: { lt: 3 } } }",
      "the number of earlier decisions of rule a is less than 3",
    ],
    ["{ attributes.tags: { notIncludes: gold } }", "attributes.tags does not include gold"],
  ])("%s in words", (when, words) => {
    expect(whenLine(when)).toBe(`Holds when ${words}.`);
  });

  test("tells schedule, cooldown, experiment and group", () => {
    const arms =
      "arms: [{ name: x, weight: 1, respond: { message: keep } }, { name: y, weight: 2, respond: { message: plain, fallback: { message: keep } } }]";
    const rule = `{ name: a, schedule: { from: 2026-01-01, until: 2026-02-01 }, cooldown: { days: 1 }, experiment: { key: e, traffic: 20, ${arms} } }`;
    expect(linesOf(rule, "exclusionGroups: { g: [{ experiment: e, from: 0, to: 50 }] }\n")).toEqual(
      [
        "Only from 2026-01-01 until 2026-02-01 (UTC).",
        "Holds for everybody.",
        "Not again for 1 day, counted from 24 hours after the first time, or at once after an offer of it is redeemed. Nothing known of the past: it does not hold.",
        "Experiment e. 20 % take part; for the others the next rule is tried.",
        "It has the share from 0 to 50 % of the group g.",
        "Arm x (33.3 %): the message keep.",
        "Arm y (66.7 %): the message plain. If that cannot be sent: the message keep.",
      ],
    );
  });
});
