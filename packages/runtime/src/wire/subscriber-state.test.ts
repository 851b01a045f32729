import type { SubscriberState } from "@holdfast/flow/evaluate";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSubscriberState } from "./subscriber-state.ts";
import { WireError } from "./wire-error.ts";

const STATE: SubscriberState = {
  attributes: {
    storefront: "USA",
    price: 9.99,
    "subscription.autoRenew": true,
    "subscription.offerType": null,
    "subscription.redeemedOffers": ["A", "B"],
  },
  subscriptionStartedAt: 1_700_000_000_000,
  previousDecisions: {
    rules: { first: { count: 2, firstAt: 1, lastAt: 5, redeemedAt: 4 } },
    offers: { "p/A": { count: 1, firstAt: 1, lastAt: 1 } },
  },
};

describe("parseSubscriberState()", () => {
  test("returns a state, with what a newer control plane adds", () => {
    const value = {
      ...STATE,
      later: 1,
      previousDecisions: { ...STATE.previousDecisions, more: [] },
    };
    expect(parseSubscriberState(JSON.parse(JSON.stringify(value)))).toEqual(value);
  });

  test.each([
    ["attributes", { attributes: { a: { b: 1 } } }],
    ["attributes", { attributes: { a: [1] } }],
    ["attributes", { attributes: [] }],
    ["subscriptionStartedAt", { subscriptionStartedAt: "1" }],
    ["previousDecisions", { previousDecisions: undefined }],
    ["previousDecisions", { previousDecisions: { rules: {} } }],
    ["rules", { previousDecisions: { rules: { a: { count: 1 } }, offers: {} } }],
    [
      "offers",
      {
        previousDecisions: {
          rules: {},
          offers: { a: { count: 1, firstAt: 1, lastAt: 1, redeemedAt: null } },
        },
      },
    ],
  ])("refuses wrong %s", (_, wrong) => {
    expect(() => parseSubscriberState({ ...STATE, ...wrong })).toThrow(WireError);
  });

  test("throws nothing but WireError, and names of prototypes are names like all others", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const error = thrownBy(() =>
          parseSubscriberState({ ...STATE, attributes: value, previousDecisions: value }),
        );
        expect(error === undefined || error instanceof WireError).toBe(true);
      }),
    );
    const text = '{"attributes":{"__proto__":"a"},"previousDecisions":{"rules":{},"offers":{}}}';
    const state = parseSubscriberState(JSON.parse(text));
    expect(Object.keys(state.attributes)).toEqual(["__proto__"]);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
