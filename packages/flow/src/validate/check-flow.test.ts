import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEAD, YOGA_CATALOG } from "../testing/flow-fixtures.ts";
import { arbitraryRules } from "../testing/arbitrary-flows.ts";
import { parseFlowValue } from "../document/index.ts";
import { checkFlow } from "./check-flow.ts";
import { validateFlow } from "./validate-flow.ts";
import { compileFlow, FlowInvalidError } from "../compile/index.ts";

const codes = (text: string, strict = false) =>
  checkFlow(text, { catalog: YOGA_CATALOG, strict }).issues.map(({ code }) => code);

describe("checkFlow()", () => {
  test("tells what is wrong in shape and in meaning together, in the order of places", () => {
    const text = `${HEAD}rules:
  - { name: a, wen: { productId: yoga.montly }, when: { storfront: USA }, respond: { message: plian } }
  - { name: b, cooldown: { days: lots }, when: { productId: yoga.mnthly }, respond: { message: plain } }
`;
    expect(codes(text)).toEqual([
      "DEFAULT_MISSING",
      "DEFAULT_MISSING",
      "UNKNOWN_KEY",
      "UNKNOWN_ATTRIBUTE",
      "UNKNOWN_MESSAGE",
      "WRONG_TYPE",
      "UNKNOWN_PRODUCT",
    ]);
  });

  test("is ok with warnings, unless it is strict", () => {
    const text = `${HEAD}rules: []\n`;
    expect(checkFlow(text, { catalog: YOGA_CATALOG }).ok).toBe(true);
    expect(checkFlow(text, { catalog: YOGA_CATALOG, strict: true }).ok).toBe(false);
    const clean = `${text}defaults: [{ message: keep, products: all, locales: all }]\n`;
    expect(checkFlow(clean, { catalog: YOGA_CATALOG, strict: true }).ok).toBe(true);
  });

  test("never hands out a document that could not be read in full", () => {
    const { ok, document } = checkFlow(`${HEAD}rules: []\ncolour: red\n`);
    expect(ok).toBe(false);
    expect(document).toBeUndefined();
  });
});

/** Tells whether compiling succeeds; nothing but the documented error may stop it. */
function compiles(compile: () => unknown): boolean {
  try {
    compile();
    return true;
  } catch (error) {
    if (error instanceof FlowInvalidError) return false;
    throw error;
  }
}

describe("validateFlow() on any rules", () => {
  const { document } = checkFlow(
    `${HEAD}rollouts: { half: { percent: 50 }, tenth: { percent: 10 } }\nrules: []\n`,
  );

  test("never throws, and lets only what compiles pass", () => {
    fc.assert(
      fc.property(arbitraryRules, (rules) => {
        const parsed = parseFlowValue({ ...document, rules });
        if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
        const options = { catalog: YOGA_CATALOG, environment: "production" } as const;
        const isWrong = validateFlow(parsed.document, options).some(
          ({ severity }) => severity === "error",
        );
        expect(compiles(() => compileFlow(parsed.document, options))).toBe(!isWrong);
      }),
    );
  });
});
