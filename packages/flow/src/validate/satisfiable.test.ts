import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCondition } from "../compile/compile-condition.ts";
import { createContext } from "../evaluate/context.ts";
import { judgeCondition } from "../evaluate/judge-condition.ts";
import { TRUE } from "../evaluate/truth.ts";
import { ConditionPreparer } from "../snapshot/prepare-condition.ts";
import { parseFlowValue } from "../document/index.ts";
import { arbitraryRules, arbitrarySubject } from "../testing/arbitrary-flows.ts";
import { HEAD, prepareText, readFlow } from "../testing/flow-fixtures.ts";
import { isSatisfiable } from "./satisfiable.ts";

const document = readFlow(
  `${HEAD}rollouts: { half: { percent: 50 }, tenth: { percent: 10 } }\nrules: []`,
);
const declared = new Map(Object.entries(document.attributes ?? {}));
const preparer = new ConditionPreparer({
  attributes: document.attributes ?? {},
  rollouts: { half: 50_000, tenth: 10_000 },
});

const satisfiable = (when: string) => {
  const { rules } = readFlow(
    `${HEAD}rules: [{ name: a, when: ${when}, respond: { message: keep } }]`,
  );
  return isSatisfiable(preparer.prepare(compileCondition(rules[0]?.when ?? {}, declared)));
};

describe("isSatisfiable()", () => {
  test.each([
    ["{ price: { gt: 1, lt: 2 } }", true],
    ["{ price: { gt: 2, lt: 2 } }", false],
    ["{ price: { gte: 2, lte: 2 } }", true],
    ["{ price: { gt: 2, lt: 1, ifUnknown: true } }", true],
    ["{ price: { gt: 2, lt: 1, ifUnknown: false } }", false],
    ["{ price: { exists: false, gt: 1 } }", false],
    ["{ price: { exists: false, notIn: [1] } }", true],
    ["{ price: { in: [1, 2], notIn: [1, 2] } }", false],
    ["{ storefront: { equals: USA, in: [GBR] } }", false],
    ["{ storefront: { startsWith: U, notIn: [USA] } }", true],
    ["{ storefront: { startsWith: U, equals: GBR } }", false],
    ["{ all: [{ storefront: USA }, { storefront: GBR }] }", false],
    ["{ any: [{ storefront: USA }, { storefront: GBR }] }", true],
    ["{ storefront: USA, not: { storefront: USA } }", false],
    ["{ storefront: USA, any: [{ storefront: GBR }, { price: 3 }] }", true],
    ["{ storefront: USA, any: [{ storefront: GBR }, { storefront: FRA }] }", false],
    ["{ attributes.tags: { includes: a, notIncludes: a } }", false],
    ["{ attributes.tags: { includes: a, notIncludes: b } }", true],
    ["{ all: [{ attributes.tags: { includes: a } }, { attributes.tags: { includes: b } }] }", true],
    ["{ attributes.vip: true, not: { attributes.vip: { exists: true } } }", false],
    ["{ attributes.joined: { after: 2026-01-01, before: 2025-01-01 } }", false],
    ["{ subscription.previousDecisions: { rule: a, count: { gt: 3, lt: 2 } } }", false],
    ["{ locale: { language: [en, de] }, locale.language: fr }", false],
  ])("%s is %s", (when, expected) => {
    expect(satisfiable(when)).toBe(expected);
  });

  test("is never false for a condition some subject meets", () => {
    const prepared = prepareText("rules: []");
    fc.assert(
      fc.property(arbitraryRules, arbitrarySubject, (rules, subject) => {
        const parsed = parseFlowValue({ ...document, rules });
        if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
        for (const { when } of parsed.document.rules) {
          if (when === undefined) continue;
          const condition = preparer.prepare(compileCondition(when, declared));
          const context = createContext(
            { ...prepared, attributeCount: preparer.attributeCount },
            subject,
          );
          const isMet = judgeCondition(condition, context) === TRUE;
          expect(isMet && !isSatisfiable(condition)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
