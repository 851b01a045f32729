import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prepareText } from "../testing/flow-fixtures.ts";
import { parseCases } from "./parse-cases.ts";
import { formatCaseFailure, runCases } from "./run-cases.ts";

const prepared = prepareText(`holdout: { key: h, percent: 5, respond: { message: keep } }
rollouts: { half: { percent: 50 } }
rules:
  - name: offer
    when: { productId: yoga.yearly, storefront: USA, attributes.joined: { before: 2026-01-01 } }
    cooldown: { days: 30 }
    respond: { promotionalOffer: { message: plain, offers: { yoga.yearly: Y3 } } }
  - { name: rolled, when: { productId: yoga.family, rollout: half }, respond: { message: plain } }
  - name: test
    when: { productId: yoga.monthly }
    experiment:
      key: e
      traffic: 20
      arms: [{ name: x, weight: 1, respond: { message: plain } }, { name: y, weight: 1, respond: { message: keep } }]
`);

function run(cases: string) {
  const parsed = parseCases(`version: 1\ncases:\n${cases}`, { fileName: "flow.test.yaml" });
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return runCases(prepared, parsed.cases);
}

const at = "at: 2026-12-24T10:00:00Z";
const known = "attributes: { storefront: USA, attributes.joined: 2025-05-01 }";

describe("runCases()", () => {
  test.each([
    [
      "a rule with its offer",
      `{ productId: yoga.yearly, ${at}, ${known} }`,
      "{ rule: offer, answer: promotionalOffer, product: yoga.yearly, offer: Y3, message: plain, locale: en-US, deviation: none }",
    ],
    [
      "a cooldown",
      `{ productId: yoga.yearly, ${at}, ${known}, history: { rules: { offer: { firstAt: 2026-12-20 } } } }`,
      "{ source: fallback, rule: none }",
    ],
    [
      "unknown state",
      `{ productId: yoga.yearly, ${at}, state: unavailable }`,
      "{ source: fallback }",
    ],
    [
      "an arm by its bucket",
      `{ productId: yoga.monthly, ${at}, buckets: { experiments: { e: y } } }`,
      "{ rule: test, arm: y, message: keep }",
    ],
    [
      "the other arm",
      `{ productId: yoga.monthly, ${at}, buckets: { experiments: { e: x } } }`,
      "{ rule: test, arm: x, message: plain }",
    ],
    [
      "outside the traffic",
      `{ productId: yoga.monthly, ${at}, buckets: { experiments: { e: outside } } }`,
      "{ source: fallback }",
    ],
    [
      "the holdout",
      `{ productId: yoga.monthly, ${at}, buckets: { holdout: true } }`,
      "{ source: holdout, message: keep }",
    ],
    [
      "inside a rollout",
      `{ productId: yoga.family, ${at}, buckets: { rollouts: { half: true } } }`,
      "{ rule: rolled }",
    ],
    [
      "outside a rollout",
      `{ productId: yoga.family, ${at}, buckets: { rollouts: { half: false } } }`,
      "{ source: fallback, locale: de-DE }",
    ],
  ])("passes %s", (name, subject, expected) => {
    const located = subject.replace(
      "rollouts: { half: false } }",
      "rollouts: { half: false } }, locale: de-AT",
    );
    const [result] = run(`  - { name: ${name}, subject: ${located}, expect: ${expected} }`);
    expect(result).toMatchObject({ status: "passed", differences: [] });
  });

  test("passes a rule whose arm is left open", () => {
    const open = "buckets: { experiments: { e: x } }";
    const [result] = run(
      `  - { name: a, subject: { productId: yoga.monthly, ${at}, ${open} }, expect: { rule: test } }`,
    );
    expect(result?.status).toBe("passed");
  });

  test("applies stops", () => {
    const stops = "stops: { offersPaused: true }";
    const [result] = run(
      `  - { name: a, subject: { productId: yoga.yearly, ${at}, ${known} }, ${stops}, expect: { rule: offer, answer: message, deviation: offersPaused } }`,
    );
    expect(result?.status).toBe("passed");
  });

  test("tells what differs, where, and how it came about", () => {
    const [result] = run(
      `  - name: wrong\n    subject: { productId: yoga.yearly, ${at} }\n    expect: { rule: offer, answer: promotionalOffer }`,
    );
    expect(result).toMatchObject({ status: "failed", file: "flow.test.yaml", line: 3 });
    expect(result?.trace?.rules[0]).toMatchObject({ rule: "offer", failedAt: "when" });
    expect(result && formatCaseFailure(result)).toBe(`wrong (flow.test.yaml:3)
  - rule: offer
  + rule: none
  - answer: promotionalOffer
  + answer: message`);
  });

  test("skips cases of the other environment and fails buckets nobody is in", () => {
    const results =
      run(`  - { name: a, environment: sandbox, subject: { productId: x, ${at} }, expect: { source: rule } }
  - { name: b, subject: { productId: x, ${at}, buckets: { experiments: { unheard: x } } }, expect: { source: rule } }`);
    expect(results.map(({ status }) => status)).toEqual(["skipped", "failed"]);
    expect(results[1]?.differences[0]?.field).toBe("buckets");
  });
});

describe("parseCases()", () => {
  test.each([
    ["version: 1\ncases: []", "INVALID_VALUE", 2],
    [
      "version: 1\ncases:\n  - { name: a, subject: { productId: x }, expect: { rule: a } }",
      "MISSING_KEY",
      3,
    ],
    [
      `version: 1\ncases:\n  - { name: a, subject: { productId: x, ${at} }, expect: {} }`,
      "INVALID_VALUE",
      3,
    ],
    [
      `version: 1\ncases:\n  - { name: a, subject: { productId: x, ${at} }, expect: { rul: a } }`,
      "UNKNOWN_KEY",
      3,
    ],
    ["version: 1\ncases: &a [*a]", "DOCUMENT_ALIASES", 2],
  ])("reports with places: %#", (text, code, line) => {
    expect(parseCases(text).issues).toMatchObject([{ code, line }]);
  });

  test("refuses two cases of one name", () => {
    const one = `  - { name: a, subject: { productId: x, ${at} }, expect: { rule: a } }\n`;
    const parsed = parseCases(`version: 1\ncases:\n${one}${one}`);
    expect(parsed.issues).toMatchObject([{ code: "DUPLICATE_CASE", line: 4, column: 13 }]);
  });

  test("never throws", () => {
    const base = `version: 1\ncases:\n  - { name: a, subject: { productId: x, ${at} }, expect: { rule: a } }\n`;
    fc.assert(
      fc.property(fc.nat({ max: base.length }), fc.string({ maxLength: 5 }), (index, insert) => {
        const { ok, issues } = parseCases(base.slice(0, index) + insert + base.slice(index));
        expect(ok).toBe(issues.length === 0);
      }),
    );
  });
});
