import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCookie, readCredentials } from "./credentials.ts";

const NONE = { kind: "none" };

function bearer(secret: string) {
  return { kind: "bearer", secret };
}

test.each<readonly [Readonly<Record<string, string>>, object]>([
  [{}, NONE],
  [{ Authorization: "Bearer hf_abc" }, bearer("hf_abc")],
  [{ Authorization: "bearer   hf_abc" }, bearer("hf_abc")],
  [{ Authorization: "Basic aGY6" }, bearer("")],
  [{ Authorization: "Bearer" }, bearer("")],
  [{ Authorization: "Bearer a b" }, bearer("")],
  [{ Authorization: "" }, bearer("")],
  [{ Authorization: `Bearer ${"x".repeat(257)}` }, bearer("")],
  [{ Authorization: "Basic x", Cookie: "session=s" }, bearer("")],
  [{ Cookie: "session=s" }, { kind: "cookie", secret: "s" }],
  [{ Cookie: "a=b;session=s; c=d" }, { kind: "cookie", secret: "s" }],
  [{ Cookie: "session=first; session=second" }, { kind: "cookie", secret: "first" }],
  [{ Cookie: "mysession=s" }, NONE],
  [{ Cookie: "Session=s" }, NONE],
  [{ Cookie: "session" }, NONE],
  [{ Cookie: "=session=s" }, NONE],
  [{ Cookie: "session=" }, { kind: "cookie", secret: "" }],
  [{ Cookie: "session=a=b" }, { kind: "cookie", secret: "a=b" }],
  [{ Cookie: `session=${"x".repeat(257)}` }, { kind: "cookie", secret: "" }],
])("readCredentials() of %j is %j", (headers, expected) => {
  expect(readCredentials(new Headers(headers), "session")).toEqual(expected);
});

test("readCookie() finds a cookie among any others, and never throws", () => {
  const ascii = fc.stringMatching(/^[\x21-\x7e ]{0,80}$/);
  fc.assert(
    fc.property(ascii, fc.stringMatching(/^[\w-]{1,43}$/), (others, value) => {
      const headers = new Headers({ Cookie: `wanted=${value};${others}` });
      expect(readCookie(headers, "wanted")).toBe(value);
      readCookie(new Headers({ Cookie: others }), "wanted");
    }),
  );
});
