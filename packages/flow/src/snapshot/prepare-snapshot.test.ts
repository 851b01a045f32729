import { describe, expect, test } from "vitest";
import { prepareText } from "../testing/flow-fixtures.ts";
import { rulesFor } from "../evaluate/evaluate.ts";
import { prepareSnapshot } from "./prepare-snapshot.ts";

const prepared = prepareText(`rules:
  - { name: monthly, when: { productId: yoga.monthly }, respond: { message: plain } }
  - { name: some, when: { productId: { in: [yoga.monthly, yoga.yearly] }, storefront: USA }, respond: { message: plain } }
  - { name: others, when: { productId: { notIn: [yoga.monthly] }, storefront: GBR }, respond: { message: plain } }
  - { name: yearly, when: { productPeriod: P1Y, storefront: DEU }, respond: { message: plain } }
  - { name: either, when: { any: [{ productId: yoga.family }, { all: [{ productId: yoga.yearly }, { storefront: FRA }] }] }, respond: { message: plain } }
  - { name: sandboxed, when: { environment: sandbox, productId: yoga.yearly }, respond: { message: plain } }
  - { name: every, when: { storefront: ITA }, respond: { message: keep } }`);

const namesFor = (productId: string) => rulesFor(prepared, productId).rules.map(({ name }) => name);

describe("prepareSnapshot()", () => {
  test("keeps for each product only the rules that can hold for it, in order", () => {
    expect(namesFor("yoga.monthly")).toEqual(["monthly", "some", "every"]);
    expect(namesFor("yoga.yearly")).toEqual(["some", "others", "yearly", "either", "every"]);
    expect(namesFor("yoga.family")).toEqual(["others", "yearly", "either", "every"]);
    expect(namesFor("unheard.of")).toEqual(["others", "yearly", "every"]);
  });

  test("leaves out rules of the other environment altogether", () => {
    expect(prepared.snapshot.rules.map(({ name }) => name)).not.toContain("sandboxed");
  });

  test("gives tests of one attribute one slot", () => {
    expect(prepared.attributeCount).toBe(3);
  });

  test("stays indexed with ten thousand rules: a product sees only its own", () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => ({
      name: `r${index}`,
      products: [`p${index % 1000}`],
      respond: { kind: "message", message: "keep" } as const,
    }));
    const { snapshot } = prepareText("rules: []");
    const big = prepareSnapshot({ ...snapshot, rules });
    expect(rulesFor(big, "p7").rules).toHaveLength(10);
    expect(rulesFor(big, "yoga.monthly").rules).toHaveLength(0);
    expect(rulesFor(big, "unheard.of").rules).toHaveLength(0);
  });
});
