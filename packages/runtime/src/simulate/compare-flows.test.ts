import * as fc from "fast-check";
import { compileFlow } from "@holdfast/flow/compile";
import { parseFlow } from "@holdfast/flow/document";
import { evaluate, NO_STOPS } from "@holdfast/flow/evaluate";
import type { Subject, SubscriberLookup } from "@holdfast/flow/evaluate";
import { prepareSnapshot } from "@holdfast/flow/snapshot";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import { expect, test } from "vitest";
import { compareFlows } from "./compare-flows.ts";
import { choiceOf, responseOf } from "./compared-answer.ts";

const PRODUCTS = ["p.one", "p.two"] as const;
const CATALOG = {
  bundleId: "com.example.test",
  appAppleId: 1,
  products: PRODUCTS.map((productId) => ({
    productId,
    subscriptionGroup: "g",
    level: 1,
    period: "P1M",
    promotionalOffers: [{ offerIdentifier: "HALF" }],
  })),
};

/** What decides about a flow of the test: who gets the first rule, and whether it answers with an offer. */
interface Shape {
  readonly storefront: string;
  readonly product: (typeof PRODUCTS)[number];
  readonly isOffer: boolean;
  readonly holdout: number;
  readonly weight: number;
}

function compile({ storefront, product, isOffer, holdout, weight }: Shape): PreparedSnapshot {
  const offer = `{ promotionalOffer: { message: other, offers: { ${product}: HALF } } }`;
  const parsed = parseFlow(`
version: 1
app: com.example.test
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000001 }, de-DE: { id: 00000000-0000-4000-8000-000000000002 } } }
  other: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000003 } } }
${holdout === 0 ? "" : `holdout: { key: h, percent: ${holdout}, respond: { message: stay } }`}
rules:
  - name: first
    when: { productId: ${product}, storefront: ${storefront} }
    respond: ${isOffer ? offer : "{ message: other }"}
  - name: second
    when: { productId: ${product} }
    experiment:
      key: test
      arms:
        - { name: control, weight: ${weight}, respond: { message: stay } }
        - { name: treatment, weight: ${100 - weight}, respond: { message: other } }
fallback: { message: stay }
`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const snapshot = compileFlow(parsed.document, { environment: "sandbox", catalog: CATALOG });
  return prepareSnapshot(snapshot);
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  storefront: fc.constantFrom("USA", "DEU"),
  product: fc.constantFrom(...PRODUCTS),
  isOffer: fc.boolean(),
  holdout: fc.constantFrom(0, 10),
  weight: fc.integer({ min: 1, max: 99 }),
});

const lookups: fc.Arbitrary<SubscriberLookup> = fc.oneof(
  fc.constantFrom("USA", "DEU").map((storefront) => ({
    status: "found" as const,
    state: { attributes: { storefront }, previousDecisions: { rules: {}, offers: {} } },
  })),
  fc.constant({ status: "notFound" as const }),
  fc.constant({ status: "unavailable" as const, reason: "late" as const }),
  fc.constant({ status: "unavailable" as const, reason: "notNeeded" as const }),
);

const subjects: fc.Arbitrary<Subject> = fc.record({
  originalTransactionId: fc.nat().map(String),
  appAppleId: fc.constant(1),
  productId: fc.constantFrom(...PRODUCTS, "p.unknown"),
  userLocale: fc.constantFrom("en-US", "de-DE", "fr-FR"),
  environment: fc.constant("sandbox" as const),
  requestedAt: fc.nat(),
  subscriber: lookups,
});

test("compareFlows() finds exactly the decisions that evaluating by hand finds", () => {
  const each = fc.property(
    shapes,
    shapes,
    fc.array(subjects, { maxLength: 60 }),
    (one, other, many) => {
      const [from, to] = [compile(one), compile(other)];
      const comparer = compareFlows({ from, to, examplesOfEach: Infinity });
      const found = new Set(
        many.flatMap((subject, index) =>
          comparer.add({ requestIdentifier: String(index), subject }) ? [index] : [],
        ),
      );
      const hands = many.map((subject) => ({
        before: evaluate(from, subject, NO_STOPS),
        after: evaluate(to, subject, NO_STOPS),
      }));
      const isOther = hands.map(
        ({ before, after }) =>
          JSON.stringify(before.candidates[0]) !== JSON.stringify(after.candidates[0]),
      );
      const isOtherWay = hands.map(
        ({ before, after }) => JSON.stringify(choiceOf(before)) !== JSON.stringify(choiceOf(after)),
      );
      expect([...found]).toEqual(isOther.flatMap((is, index) => (is ? [index] : [])));
      const report = comparer.report();
      expect(report.compared).toBe(many.length);
      expect(report.different).toBe(found.size);
      expect(report.sameByAnotherWay).toBe(
        isOtherWay.filter((is, index) => is && isOther[index] === false).length,
      );
      expect(sumOf(report.byResponse)).toBe(found.size);
      expect(sumOf(report.byRule)).toBe(
        isOther.filter((is, index) => is || isOtherWay[index] === true).length,
      );
      expect(report.stateNotLookedUp).toBe(
        many.filter(
          ({ subscriber, productId }) =>
            subscriber.status === "unavailable" &&
            subscriber.reason === "notNeeded" &&
            [one.product, other.product].includes(productId as Shape["product"]),
        ).length,
      );
      for (const example of report.examples) {
        const hand = hands[Number(example.requestIdentifier)];
        expect(example.from.response).toEqual(hand && responseOf(hand.before));
        expect(example.to.response).toEqual(hand && responseOf(hand.after));
      }
      expect(report.examples).toHaveLength(found.size);
    },
  );
  fc.assert(each, { numRuns: 60 });
});

function sumOf(moves: readonly { readonly count: number }[]): number {
  return moves.reduce((sum, { count }) => sum + count, 0);
}

const SHAPE: Shape = {
  storefront: "USA",
  product: "p.one",
  isOffer: false,
  holdout: 0,
  weight: 50,
};

test("compareFlows() says nothing of two that are the same", () => {
  const comparer = compareFlows({ from: compile(SHAPE), to: compile(SHAPE) });
  for (const subject of fc.sample(subjects, 200)) {
    comparer.add({ requestIdentifier: "r", subject });
  }
  expect(comparer.report()).toMatchObject({
    compared: 200,
    different: 0,
    sameByAnotherWay: 0,
    byRule: [],
    byResponse: [],
    examples: [],
  });
});

test("compareFlows() shows few examples of each move, without any id of a subscription", () => {
  const [from, to] = [compile(SHAPE), compile({ ...SHAPE, isOffer: true })];
  const comparer = compareFlows({ from, to });
  const state = {
    attributes: { storefront: "USA" },
    previousDecisions: { rules: {}, offers: {} },
  };
  for (let index = 0; index < 10; index += 1) {
    const subject: Subject = {
      originalTransactionId: `secret-${index}`,
      appAppleId: 1,
      productId: "p.one",
      userLocale: "de-DE",
      environment: "sandbox",
      requestedAt: 5,
      subscriber: { status: "found", state },
    };
    comparer.add({ requestIdentifier: `r${index}`, subject });
  }
  const report = comparer.report();
  expect(report).toMatchObject({
    different: 10,
    byRule: [
      {
        from: { source: "rule", rule: "first" },
        to: { source: "rule", rule: "first" },
        count: 10,
      },
    ],
    byResponse: [
      {
        from: { kind: "message", message: "other" },
        to: { kind: "promotionalOffer", offerIdentifier: "HALF" },
        count: 10,
      },
    ],
  });
  expect(report.examples.map(({ requestIdentifier }) => requestIdentifier)).toEqual([
    "r0",
    "r1",
    "r2",
  ]);
  expect(JSON.stringify(report)).not.toContain("secret-");
});
