import { isDeepStrictEqual } from "node:util";
import { parseFlow } from "../document/index.ts";
import type { FlowDocument } from "../document/index.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffFlows, summarizeChanges } from "./diff-flows.ts";
import { diffValues } from "./diff-values.ts";

const FLOW = `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please stay. } } }
  offer: { defaultLocale: en-US, locales: { en-US: { header: An offer, body: For you. } } }
rules:
  - name: annual_winback
    when: { productId: yoga.yearly, storefront: { in: [USA, CAN] } }
    respond: { promotionalOffer: { message: offer, offers: { yoga.yearly: HALF } } }
  - name: test
    experiment:
      key: t1
      traffic: 20
      arms:
        - { name: control, weight: 50, respond: { message: stay } }
        - { name: other, weight: 50, respond: { message: offer } }
  - { name: last, respond: { message: stay } }
fallback: { message: stay }
defaults: [{ message: stay, products: [yoga.yearly], locales: all }]
environments: { sandbox: { realtimeUrl: "https://one.example" } }
`;

function read(text: string): FlowDocument {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("; "));
  return parsed.document;
}

/** The flow with one part of its text replaced, which must be there. */
function changed(from: string, to: string): FlowDocument {
  expect(FLOW).toContain(from);
  return read(FLOW.replace(from, to));
}

const RULE = "  - { name: last, respond: { message: stay } }\n";

describe("diffFlows()", () => {
  test.each([
    ["[USA, CAN]", "[CAN, USA, GBR]", ["rule annual_winback: storefront gained GBR"]],
    ["[USA, CAN]", "[USA, GBR]", ["rule annual_winback: storefront gained GBR and lost CAN"]],
    [
      "in: [USA, CAN]",
      "notIn: [FRA]",
      [
        "rule annual_winback: storefront removed, was USA, CAN",
        "rule annual_winback: storefront not in added: FRA",
      ],
    ],
    [
      "productId: yoga.yearly",
      "productId: yoga.monthly",
      ["rule annual_winback: productId changed from yoga.yearly to yoga.monthly"],
    ],
    [
      "    when: { productId: yoga.yearly, storefront: { in: [USA, CAN] } }\n",
      "",
      ["rule annual_winback: condition removed"],
    ],
    [
      "yoga.yearly: HALF",
      "yoga.yearly: FREE",
      ["rule annual_winback: promotionalOffer offers yoga.yearly changed from HALF to FREE"],
    ],
    ["traffic: 20", "traffic: 50", ["rule test: traffic changed from 20 to 50"]],
    [
      "control, weight: 50",
      "control, weight: 80",
      ["rule test: arm control weight changed from 50 to 80"],
    ],
    [
      "{ name: other, weight: 50, respond: { message: offer } }",
      "{ name: third, weight: 1, respond: { message: stay } }",
      ["rule test: arm other removed", "rule test: arm third added"],
    ],
    [RULE, "", ["rule last removed"]],
    [RULE, `${RULE}  - { name: new, respond: { message: offer } }\n`, ["rule new added"]],
    [
      "header: Stay",
      "header: Do stay",
      ['message stay: en-US header changed from Stay to "Do stay"'],
    ],
    [
      "en-US: { header: Stay, body: Please stay. }",
      "en-US: { header: Stay, body: Please stay. }, de-DE: { header: Bleib, body: Bitte. }",
      ["message stay: de-DE added"],
    ],
    [
      "fallback: { message: stay }",
      "fallback: { message: offer }",
      ["fallback message changed from stay to offer"],
    ],
    [
      "products: [yoga.yearly]",
      "products: all",
      ["default 1: products changed from yoga.yearly to all"],
    ],
    [
      "https://one.example",
      "https://two.example",
      ["sandbox: realtimeUrl changed from https://one.example to https://two.example"],
    ],
    [
      "fallback:",
      "holdout: { key: h, percent: 5, respond: { message: stay } }\nfallback:",
      ["holdout added"],
    ],
  ])("says what becomes of %j as %j", (from, to, summaries) => {
    const changes = diffFlows(read(FLOW), changed(from, to));
    expect(changes.map(({ summary }) => summary)).toEqual(summaries);
  });

  test("says which rules moved, and no more of them than had to", () => {
    const moved = read(FLOW.replace(RULE, "").replace("rules:\n", `rules:\n${RULE}`));
    expect(diffFlows(read(FLOW), moved)).toEqual([
      {
        kind: "moved",
        path: "rules.last",
        summary: "rule last moved from place 3 to place 1",
        before: "3",
        after: "1",
      },
    ]);
  });

  test("finds nothing when members are written in another order and sets too", () => {
    const same = changed(
      "{ productId: yoga.yearly, storefront: { in: [USA, CAN] } }",
      "{ storefront: { in: [CAN, USA, USA] }, productId: yoga.yearly }",
    );
    expect(diffFlows(read(FLOW), same)).toEqual([]);
    expect(summarizeChanges([], 100)).toBe("the two flows mean the same");
  });

  test("cuts what is long", () => {
    const [change] = diffFlows(read(FLOW), changed("header: Stay", `header: ${"é".repeat(900)}`));
    expect(change?.summary.length).toBeLessThanOrEqual(500);
    expect(summarizeChanges(change === undefined ? [] : [change, change], 60)).toHaveLength(60);
  });
});

describe("diffValues()", () => {
  test("finds nothing in a value and itself, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(diffValues(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  test("finds something where two values differ and there is no list", () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(scalar, fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true })),
    }));
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        expect(diffValues(one, other).length === 0).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  test("moves the fewest entries of any two orders", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"));
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list.toSorted(() => ((random.next().value ?? 0) % 3) - 1);
        const [before, after] = [list, shuffled].map((order) => order.map((name) => ({ name })));
        const moved = diffValues(before, after).map(({ path }) => path[0]);
        const rest = (order: readonly string[]) => order.filter((name) => !moved.includes(name));
        expect(rest(list)).toEqual(rest(shuffled));
        expect(moved.length > 0).toBe(list.join() !== shuffled.join());
      }),
    );
  });
});
