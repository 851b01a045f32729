import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromJsonText, toJsonText } from "./json-text.ts";
import type { JsonText } from "./json-text.ts";

test("fromJsonText() gives back what toJsonText() took, and the text has no NUL", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = toJsonText(value);
      expect(text).not.toContain("\0");
      // JSON has no negative zero.
      expect(fromJsonText(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("toJsonText() refuses what JSON cannot hold", () => {
  expect(() => toJsonText(undefined)).toThrow(expect.objectContaining({ code: "DATABASE_VALUE" }));
});

test("fromJsonText() refuses text that is not JSON, and does not repeat it", () => {
  const damaged = "{secret" as JsonText<unknown>;
  expect(() => fromJsonText(damaged)).toThrow(
    expect.objectContaining({
      code: "DATABASE_DAMAGED",
      message: expect.not.stringContaining("secret") as string,
    }),
  );
});
