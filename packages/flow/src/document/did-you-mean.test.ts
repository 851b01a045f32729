import { describe, expect, test } from "vitest";
import { didYouMean, nearest } from "./did-you-mean.ts";

describe("nearest()", () => {
  test.each([
    ["mesage", ["message", "alternateProduct"], "message"],
    ["massage", ["message"], "message"],
    ["en_us", ["en-GB", "en-US"], "en-US"],
    ["storfront", ["storefront", "price"], "storefront"],
    ["proudct", ["product"], "product"],
    ["yoga.montly", ["yoga.yearly", "yoga.monthly"], "yoga.monthly"],
    ["colour", ["message", "rules"], undefined],
    ["x".repeat(1000), ["x".repeat(1000)], undefined],
    ["", ["a"], "a"],
    ["colour", ["holdout"], undefined],
  ])("nearest(%j) among %j is %s", (written, candidates, expected) => {
    expect(nearest(written, candidates)).toBe(expected);
  });
});

describe("didYouMean()", () => {
  test("lists a short choice when nothing is near, and nothing when it is long", () => {
    expect(didYouMean("zzzz", ["a", "b"])).toBe('; there is "a", "b"');
    expect(
      didYouMean(
        "zzzz",
        Array.from({ length: 20 }, (_, index) => `name${index}`),
      ),
    ).toBe("");
    expect(didYouMean("zzzz", [])).toBe("");
  });
});
