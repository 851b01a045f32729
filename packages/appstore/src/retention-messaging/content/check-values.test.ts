import { describe, expect, test } from "vitest";
import {
  checkIdentifier,
  checkLocale,
  checkProductId,
  checkRealtimeUrl,
  checkRequestId,
  checkTransactionId,
} from "./index.ts";
import type { ContentProblem } from "./content-problem.ts";

const UUID = "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9";

function messages(problems: readonly ContentProblem[]): readonly string[] {
  return problems.map(({ message }) => message);
}

describe("checkIdentifier()", () => {
  test("lets a lowercase UUID through", () => {
    expect(checkIdentifier(UUID)).toEqual([]);
  });

  test.each([
    UUID.toUpperCase(),
    `{${UUID}}`,
    `urn:uuid:${UUID}`,
    UUID.replaceAll("-", ""),
    ` ${UUID} `,
  ])("says how to write %s", (written) => {
    expect(messages(checkIdentifier(written))).toEqual([
      `expected a lowercase UUID like ${UUID}; write "${UUID}"`,
    ]);
  });

  test.each(["", "hello", `${UUID}0`, UUID.replace("3", "g"), `${UUID}\n`])(
    "refuses %j",
    (written) => {
      expect(checkIdentifier(written, ["image"])).toMatchObject([
        { code: "IDENTIFIER_INVALID", severity: "error", path: ["image"] },
      ]);
    },
  );
});

describe("checkLocale()", () => {
  test.each([
    ["en-US", []],
    ["ja", []],
    ["en_US", ['"en_US" is no App Store locale; did you mean "en-US"?']],
    ["EN-us", ['"EN-us" is no App Store locale; did you mean "en-US"?']],
    ["tlh", ['"tlh" is no App Store locale']],
    ["", ['"" is no App Store locale']],
  ])("%j", (locale, expected) => {
    expect(messages(checkLocale(locale))).toEqual(expected);
  });
});

describe("checkRealtimeUrl()", () => {
  test.each([
    "https://example.com",
    "https://retention.example.com:8443/apple/retention?app=1",
    "https://203.0.113.9/x",
    "https://10.example.com/",
    "https://example.com/a-b_c.d~e/$(x)?q=%C3%BC&r='s'!*+,;@:[]",
    "https://[2001:db8::1]/",
    `https://example.com/${"a".repeat(236)}`,
  ])("lets %s through", (url) => {
    expect(checkRealtimeUrl(url)).toEqual([]);
  });

  test.each([
    ["http://example.com", "the URL must start with https://"],
    ["HTTPS://example.com", "the URL must start with https://"],
    ["example.com", "the URL must start with https://"],
    ["", "the URL must start with https://"],
    ["https://", "this is no URL"],
    ["https://[::1", "this is no URL"],
    ["https://example.com/#a", "the URL must have no fragment (#…): it is never sent"],
    ["https://example.com/#", "the URL must have no fragment (#…): it is never sent"],
    [
      `https://example.com/${"a".repeat(237)}`,
      "the URL has 257 characters; Apple takes at most 256",
    ],
  ])("refuses %s", (url, expected) => {
    expect(checkRealtimeUrl(url)).toEqual([
      { code: "REALTIME_URL_INVALID", severity: "error", path: [], message: expected },
    ]);
  });

  test.each([
    " ",
    "\n",
    "`",
    "{",
    "}",
    '"',
    "\\",
    "^",
    "|",
    "<",
    ">",
    "ü",
    "\u{202E}",
    "%",
    "%2",
    "%zz",
  ])("refuses %j, which no URL has", (character) => {
    expect(messages(checkRealtimeUrl(`https://example.com/${character}`))).toEqual([
      "the URL has characters that none may have; write them as %XX, a host of other letters as xn--…",
    ]);
  });

  test("refuses credentials without showing them", () => {
    expect(messages(checkRealtimeUrl("https://me:hunter2@example.com"))).toEqual([
      "the URL must have no user name or password in it",
    ]);
  });

  test.each([
    "localhost",
    "app.localhost",
    "127.0.0.1",
    "2130706433",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.1.1",
    "[::1]",
    "[::]",
    "[fd00::1]",
    "[fe80::1]",
    "mac.local",
  ])("refuses the host %s, which Apple cannot reach", (host) => {
    expect(messages(checkRealtimeUrl(`https://${host}:8443/x`))[0]).toMatch(
      /^Apple cannot reach ".+", which is this machine or a private network/,
    );
  });
});

describe("checkProductId()", () => {
  test.each([
    ["com.example.yoga_monthly-2", []],
    ["a".repeat(100), []],
    [
      "a".repeat(101),
      ["warning expected at most 100 characters, got 101; only older products have more"],
    ],
    ["a".repeat(256), ["error expected at most 255 characters, got 256"]],
    ["yoga+monthly", ["warning expected letters, digits, periods, hyphens and underscores only"]],
    ["", ["error expected a product id, without spaces and slashes, not only of periods"]],
    ["a b", ["error expected a product id, without spaces and slashes, not only of periods"]],
    ["..", ["error expected a product id, without spaces and slashes, not only of periods"]],
    ["a/b", ["error expected a product id, without spaces and slashes, not only of periods"]],
    ["a\u200Bb", ["error expected a product id, without spaces and slashes, not only of periods"]],
  ])("%j", (productId, expected) => {
    const problems = checkProductId(productId);
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual(expected);
  });
});

describe("checkTransactionId()", () => {
  test("lets digits through", () => {
    expect(checkTransactionId("99371282")).toEqual([]);
  });

  test.each(["", "GPA.1234", "12 34", "12\n", "-1", "١٢", "1".repeat(65)])(
    "refuses %j without showing it",
    (transactionId) => {
      const [problem] = checkTransactionId(transactionId);
      expect(problem?.message).toBe(
        `expected a transaction id of 1 to 64 digits, got ${transactionId.length} characters`,
      );
    },
  );
});

describe("checkRequestId()", () => {
  test.each([UUID, "b5f6-1", "a.b:c_d"])("lets %s through", (requestId) => {
    expect(checkRequestId(requestId)).toEqual([]);
  });

  test.each(["", "a/b", "a b", "..", "a\n", "é", "a".repeat(129)])("refuses %j", (requestId) => {
    expect(checkRequestId(requestId)).toMatchObject([{ code: "REQUEST_ID_INVALID" }]);
  });
});
