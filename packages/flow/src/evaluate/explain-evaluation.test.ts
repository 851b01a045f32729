import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileValidFlow } from "../compile/compile-flow.ts";
import { parseFlowValue } from "../document/index.ts";
import { parseSnapshot, prepareSnapshot } from "../snapshot/index.ts";
import type { PreparedSnapshot } from "../snapshot/index.ts";
import { arbitraryRules, arbitraryStops, arbitrarySubject } from "../testing/arbitrary-flows.ts";
import {
  found,
  prepareText,
  readFlow,
  subjectWith,
  HEAD,
  YOGA_CATALOG,
} from "../testing/flow-fixtures.ts";
import { createContext } from "./context.ts";
import { NO_STOPS } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import { explainEvaluation } from "./explain-evaluation.ts";
import { judgeCondition } from "./judge-condition.ts";
import { traceCondition } from "./trace-condition.ts";

const base = readFlow(`${HEAD}rollouts: { half: { percent: 50 }, tenth: { percent: 10 } }
holdout: { key: h, percent: 10, respond: { message: keep } }
rules: []`);

/** Rules are compiled unvalidated: unreachable ones must evaluate as well as others. */
function prepareRules(rules: readonly unknown[]): PreparedSnapshot {
  const parsed = parseFlowValue({ ...base, rules });
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  const options = { environment: "production", catalog: YOGA_CATALOG } as const;
  const snapshot = compileValidFlow(parsed.document, options);
  return prepareSnapshot(parseSnapshot(JSON.parse(JSON.stringify(snapshot))));
}

describe("explainEvaluation()", () => {
  test("returns evaluate()'s evaluation and names the rule that held", () => {
    fc.assert(
      fc.property(arbitraryRules, arbitrarySubject, arbitraryStops, (rules, subject, stops) => {
        const prepared = prepareRules(rules);
        const evaluation = evaluate(prepared, subject, stops);
        const explained = explainEvaluation(prepared, subject, stops);
        expect(explained.evaluation).toEqual(evaluation);
        const { trace } = explained;
        const held = trace.rules.find(({ result }) => result === "held");
        expect(held?.rule).toBe(evaluation.rule);
        expect(held?.arm?.arm).toBe(evaluation.experiment?.arm);
        expect(trace.holdout?.inside).toBe(evaluation.source === "holdout");
        for (const { result, failedAt } of trace.rules) {
          expect(failedAt !== undefined).toBe(result === "notHeld");
        }
      }),
      { numRuns: 300 },
    );
  });

  test("judges conditions as evaluation does, and rules that are left out could not have held", () => {
    fc.assert(
      fc.property(arbitraryRules, arbitrarySubject, (rules, subject) => {
        const prepared = prepareRules(rules);
        for (const [productId, list] of prepared.rulesByProduct) {
          for (const { when } of list.rules) {
            if (when === undefined) continue;
            const context = createContext(prepared, { ...subject, productId });
            const traced = traceCondition(when, context);
            expect(traced.truth).toBe(judgeCondition(when, context));
          }
        }
      }),
    );
  });

  test("gives evaluation the same answer with and without the index by product", () => {
    fc.assert(
      fc.property(arbitraryRules, arbitrarySubject, (rules, subject) => {
        const prepared = prepareRules(rules);
        const { snapshot } = prepared;
        const unindexed = snapshot.rules.map(
          ({ products: _p, exceptProducts: _e, ...rule }) => rule,
        );
        const plain = prepareSnapshot({ ...snapshot, rules: unindexed });
        expect(evaluate(prepared, subject, NO_STOPS).rule).toBe(
          evaluate(plain, subject, NO_STOPS).rule,
        );
      }),
    );
  });

  test("says why in words, with values and what was compared", () => {
    const prepared = prepareText(`rules:
  - { name: family, when: { productId: yoga.family }, respond: { message: plain } }
  - name: rich
    schedule: { from: 2026-01-01 }
    when: { storefront: USA, price: { gte: 5, ifUnknown: true } }
    cooldown: { days: 30 }
    respond: { message: plain }
  - { name: all, respond: { message: plain } }`);
    const subscriber = found({ attributes: { storefront: "GBR" } });
    const { trace } = explainEvaluation(prepared, subjectWith({ subscriber }), NO_STOPS);
    expect(trace.rules).toMatchObject([
      { rule: "family", result: "notForProduct" },
      {
        rule: "rich",
        result: "notHeld",
        failedAt: "when",
        schedule: { truth: "true" },
        when: {
          kind: "all",
          truth: "false",
          parts: [
            {
              attribute: "price",
              truth: "true",
              reason: "unknown: it is not among what is stored; ifUnknown says true",
            },
            { attribute: "storefront", truth: "false", operand: "USA", value: "GBR" },
          ],
        },
        cooldown: { truth: "true", reason: "never answered by this rule before" },
      },
      { rule: "all", result: "held" },
    ]);
    expect(trace.text).toEqual({ message: "plain", locale: "en-US", step: "exact" });
  });

  test("names the reason why nothing is known", () => {
    const prepared = prepareText(
      "rules: [{ name: a, when: { storefront: USA }, cooldown: { days: 1 }, respond: { message: plain } }]",
    );
    const reasonWhen = (subscriber: Parameters<typeof subjectWith>[0]) => {
      const { trace } = explainEvaluation(prepared, subjectWith(subscriber), NO_STOPS);
      return [trace.rules[0]?.when?.reason, trace.rules[0]?.cooldown?.truth];
    };
    expect(reasonWhen({ subscriber: { status: "notFound" } })).toEqual([
      "unknown: nothing is stored of this subscriber",
      "true",
    ]);
    expect(reasonWhen({ subscriber: { status: "unavailable", reason: "noStore" } })).toEqual([
      "unknown: no subscriber state (noStore)",
      "unknown",
    ]);
  });
});
