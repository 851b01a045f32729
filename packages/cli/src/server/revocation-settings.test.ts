import { expect, test } from "vitest";
import { readAsksRevocations } from "./revocation-settings.ts";

test.each([
  [{}, true],
  [{ HOLDFAST_OCSP: " " }, true],
  [{ HOLDFAST_OCSP: "on" }, true],
  [{ HOLDFAST_OCSP: "off" }, false],
])("readAsksRevocations() of %j returns %s", (env, expected) => {
  expect(readAsksRevocations(env)).toBe(expected);
});

test("readAsksRevocations() refuses any other word", () => {
  expect(() => readAsksRevocations({ HOLDFAST_OCSP: "never" })).toThrow(/HOLDFAST_OCSP: expected/);
});
