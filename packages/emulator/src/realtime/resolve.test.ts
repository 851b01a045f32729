import { describe, expect, test } from "vitest";
import { parseResolveRule, resolveUrl } from "./resolve.ts";

describe("parseResolveRule()", () => {
  test.each([
    [
      "https://r.example.com/apple/=http://127.0.0.1:8787/apple/",
      { from: "https://r.example.com/apple/", to: "http://127.0.0.1:8787/apple/" },
    ],
    [
      "https://r.example.com/?a=b=https://localhost:1/",
      { from: "https://r.example.com/?a=b", to: "https://localhost:1/" },
    ],
  ])("reads %s", (text, rule) => {
    expect(parseResolveRule(text)).toEqual(rule);
  });

  test.each([
    "",
    "https://r.example.com/",
    "http://r.example.com/=http://127.0.0.1/",
    "https://a=b",
  ])("throws OPTIONS_INVALID for %j", (text) => {
    expect(() => parseResolveRule(text)).toThrow(
      expect.objectContaining({ code: "OPTIONS_INVALID" }),
    );
  });
});

describe("resolveUrl()", () => {
  const rules = [
    { from: "https://r.example.com/", to: "http://127.0.0.1:1/" },
    { from: "https://r.example.com/apple/", to: "http://127.0.0.1:2/a/" },
  ];

  test.each([
    ["https://r.example.com/x?y=1", "http://127.0.0.1:1/x?y=1"],
    ["https://r.example.com/apple/yoga", "http://127.0.0.1:2/a/yoga"],
    ["https://other.example.com/apple/", "https://other.example.com/apple/"],
  ])("leads %s to %s", (url, expected) => {
    expect(resolveUrl(url, rules)).toBe(expected);
  });
});
