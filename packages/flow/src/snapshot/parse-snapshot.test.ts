import { createHash } from "node:crypto";
import { BadDataError } from "@holdfast/appstore/errors";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileText } from "../testing/flow-fixtures.ts";
import { NO_STOPS } from "../evaluate/decision.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { subjectWith } from "../testing/flow-fixtures.ts";
import { canonicalJson } from "./canonical-json.ts";
import { parseSnapshot } from "./parse-snapshot.ts";
import { prepareSnapshot } from "./prepare-snapshot.ts";
import type { PreparedSnapshot } from "../evaluate/prepared-snapshot.ts";
import { snapshotHash } from "./snapshot-hash.ts";

const snapshot = compileText(`
holdout: { key: h, percent: 5, respond: { message: keep } }
rollouts: { half: { percent: 50 } }
exclusionGroups: { g: [{ experiment: e, from: 0, to: 50 }] }
rules:
  - name: offer
    schedule: { from: 2026-01-01, until: 2027-01-01 }
    when:
      productId: { in: [yoga.monthly, yoga.yearly] }
      any: [{ storefront: USA }, { not: { price: { gt: 3, ifUnknown: true } } }, { rollout: half }]
      subscription.previousDecisions: { rule: offer, count: { lt: 3 } }
    cooldown: { days: 30 }
    respond:
      promotionalOffer: { message: plain, offers: { yoga.yearly: Y3, yoga.monthly: { product: yoga.yearly, offer: Y3 } } }
      fallback: { message: keep }
  - name: test
    when: { productId: { notIn: [yoga.family] } }
    experiment:
      key: e
      traffic: 20
      arms:
        - { name: a, weight: 1, respond: { alternateProduct: { message: plain, products: { yoga.monthly: { product: yoga.yearly, billingPlanType: MONTHLY }, yoga.yearly: yoga.monthly } } } }
        - { name: b, weight: 1, respond: { advancedCommerceInfo: { message: plain, request: { a: [1, { b: null }] } } } }
  - { name: defer, when: { productId: yoga.family }, respond: { deferToApple: {} } }
`);
const json = JSON.stringify(snapshot);
const fresh = (): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;

describe("parseSnapshot()", () => {
  test("returns what compileFlow wrote", () => {
    expect(parseSnapshot(fresh())).toEqual(snapshot);
  });

  test("keeps the identity: the hash over the canonical bytes is the same", async () => {
    const hash = await snapshotHash(parseSnapshot(fresh()));
    expect(hash).toBe(createHash("sha256").update(canonicalJson(fresh())).digest("hex"));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["another format", { format: "holdfast/snapshot/2" }, "SNAPSHOT_FORMAT_UNKNOWN"],
    ["another bucketing", { hashVersion: 2 }, "SNAPSHOT_FORMAT_UNKNOWN"],
    ["an unknown member", { extra: 1 }, "SNAPSHOT_MALFORMED"],
    ["no fallback", { fallback: undefined }, "SNAPSHOT_MALFORMED"],
    [
      "a fallback that is no message",
      { fallback: { kind: "message", message: "x" } },
      "SNAPSHOT_MALFORMED",
    ],
    ["a fallback that defers", { fallback: { kind: "deferToApple" } }, "SNAPSHOT_MALFORMED"],
    ["another environment", { environment: "Production" }, "SNAPSHOT_MALFORMED"],
    ["an app without name", { app: "" }, "SNAPSHOT_MALFORMED"],
    ["an attribute of no type", { attributes: { a: "regex" } }, "SNAPSHOT_MALFORMED"],
    ["a rollout over the whole", { rollouts: { half: 100_001 } }, "SNAPSHOT_MALFORMED"],
    ["rules that are no array", { rules: {} }, "SNAPSHOT_MALFORMED"],
  ])("refuses %s", (_what, change, code) => {
    expect(() => parseSnapshot({ ...fresh(), ...change })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  const ok = { kind: "message", message: "keep" };
  const when = (condition: unknown) => ({ name: "r", when: condition, respond: ok });
  const arms = (weight: unknown) => ({
    name: "r",
    experiment: { key: "k", arms: [{ name: "a", weight, respond: ok }] },
  });
  test.each([
    ["neither respond nor experiment", { name: "r" }],
    ["both", { ...arms(1), respond: ok }],
    ["both product lists", { name: "r", products: [], exceptProducts: [], respond: ok }],
    ["an unknown message", { name: "r", respond: { kind: "message", message: "constructor" } }],
    ["an unknown kind", { name: "r", respond: { kind: "html", message: "keep" } }],
    ["weight 0", arms(0)],
    ["weight 1.5", arms(1.5)],
    ["weights too large together", arms(2 ** 20 + 1)],
    ["no arms", { name: "r", experiment: { key: "k", arms: [] } }],
    ["an unknown attribute", when({ attribute: "colour", operator: "equals", value: "red" })],
    [
      "an undeclared attribute",
      when({ attribute: "attributes.x", operator: "equals", value: "a" }),
    ],
    ["an unknown operator", when({ attribute: "productId", operator: "matches", value: "a" })],
    ["an operand of another type", when({ attribute: "price", operator: "gt", value: "1" })],
    ["a list for equals", when({ attribute: "storefront", operator: "equals", value: ["a"] })],
    ["a mixed list", when({ attribute: "storefront", operator: "in", value: [1, "a"] })],
    ["an unknown rollout", when({ rollout: "toString" })],
    ["two connectives", when({ all: [], any: [] })],
    ["no connective", when({})],
    [
      "history of nobody",
      when({ attribute: "subscription.previousDecisions", operator: "gt", value: 1 }),
    ],
    ["a fractional cooldown", { name: "r", cooldownDays: 0.5, respond: ok }],
  ])("refuses a rule with %s", (_what, rule) => {
    expect(() => parseSnapshot({ ...fresh(), rules: [rule] })).toThrow(
      expect.objectContaining({ code: "SNAPSHOT_MALFORMED" }) as Error,
    );
  });

  test("refuses two rules of one name", () => {
    const rule = { name: "r", respond: ok };
    expect(() => parseSnapshot({ ...fresh(), rules: [rule, rule] })).toThrow(/rules\[1\]\.name/);
  });

  test("refuses conditions without end", () => {
    let condition: unknown = { attribute: "productId", operator: "equals", value: "a" };
    for (let depth = 0; depth < 5000; depth += 1) condition = { not: condition };
    expect(() => parseSnapshot({ ...fresh(), rules: [when(condition)] })).toThrow(BadDataError);
  });

  test("pollutes no prototype", () => {
    const text = json.replace('"messages":{', '"messages":{"__proto__":{"polluted":1},');
    expect(() => parseSnapshot(JSON.parse(text))).toThrow(BadDataError);
    expect({}).not.toHaveProperty("polluted");
  });
});

/** Every place in a JSON value, as a path. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([name, child]) => placesIn(child, [...path, name])),
  ];
}

function changeAt(root: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const copy: object = Array.isArray(root) ? [...(root as unknown[])] : { ...(root as object) };
  Reflect.set(copy, name, changeAt(Reflect.get(copy, name) as unknown, rest, value));
  return copy;
}

/** Evaluates a snapshot for several products; what refuses it must be an error of the parser. */
function codeOrEvaluated(value: unknown): string {
  let prepared: PreparedSnapshot;
  try {
    prepared = prepareSnapshot(parseSnapshot(value));
  } catch (error) {
    if (error instanceof BadDataError) return String(error.code);
    throw error;
  }
  for (const productId of ["yoga.monthly", "yoga.family", "x"]) {
    evaluate(prepared, subjectWith({ productId }), NO_STOPS);
  }
  return "evaluated";
}

describe("parseSnapshot() under mutation", () => {
  const places = placesIn(fresh());

  test("either refuses with a documented error or returns what evaluates", () => {
    const codes = ["SNAPSHOT_FORMAT_UNKNOWN", "SNAPSHOT_MALFORMED"];
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("", "keep", 0, 1, -1, 1e300, true, [], {}, null, undefined, "__proto__"),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), value, (path, changed) => {
        const mutated = changeAt(fresh(), path, changed);
        expect([...codes, "evaluated"]).toContain(codeOrEvaluated(mutated));
      }),
      { numRuns: 2000 },
    );
  });

  test("refuses anything that is no snapshot", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseSnapshot(value)).toThrow(BadDataError);
      }),
    );
  });
});
