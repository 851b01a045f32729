import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiRefusal } from "../errors/api-refusal.ts";
import { MAX_CURSOR_LENGTH, readCursor, writeCursor } from "./cursor.ts";

const LIST = { operationId: "listApps", kinds: ["number", "string"] } as const;

/** A cursor of this JSON. */
function cursorOf(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

function outcomeOf(text: string): ApiRefusal | readonly unknown[] {
  try {
    return readCursor(text, LIST);
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
}

describe("readCursor()", () => {
  test("returns any position that was written", () => {
    const texts = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.maxSafeInteger(), texts, (number, text) => {
        const position = [number, text];
        expect(readCursor(writeCursor("listApps", position), LIST)).toEqual(position);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["no base64url", "a+b="],
    ["base64url with loose bits", "eyJ"],
    ["no JSON", Buffer.from("[1,").toString("base64url")],
    ["no UTF-8", Buffer.from([0xff]).toString("base64url")],
    ["null", cursorOf(null)],
    ["an object", cursorOf({ 0: 1, 1: "listApps", 2: [1, "a"] })],
    ["another version", cursorOf([2, "listApps", [1, "a"]])],
    ["another list", cursorOf([1, "listPeople", [1, "a"]])],
    ["a value less", cursorOf([1, "listApps", [1]])],
    ["a value more", cursorOf([1, "listApps", [1, "a", 2]])],
    ["values of other kinds", cursorOf([1, "listApps", ["1", "a"]])],
    ["a fraction", cursorOf([1, "listApps", [1.5, "a"]])],
    ["a number beyond exact ones", cursorOf([1, "listApps", [2 ** 53, "a"]])],
    ["NUL in a text", cursorOf([1, "listApps", [1, "\u0000"]])],
    ["half a surrogate pair", cursorOf([1, "listApps", [1, "\ud800"]])],
    ["something more", cursorOf([1, "listApps", [1, "a"], 1])],
    ["more characters than any", "A".repeat(MAX_CURSOR_LENGTH + 4)],
  ])("refuses one with %s as INPUT_INVALID", (_, text) => {
    const read = () => readCursor(text, LIST);
    expect(read).toThrow(expect.objectContaining({ code: "INPUT_INVALID", status: 400 }));
  });

  test("returns a position or refuses, whatever is changed", () => {
    const cursor = writeCursor("listApps", [1_795_251_600_000, "yoga"]);
    fc.assert(
      fc.property(
        fc.nat(cursor.length - 1),
        fc.string({ minLength: 1, maxLength: 2 }),
        (at, put) => {
          const changed = cursor.slice(0, at) + put + cursor.slice(at + 1);
          const outcome = outcomeOf(changed);
          expect(
            outcome instanceof ApiRefusal ? LIST.kinds : outcome.map((part) => typeof part),
          ).toEqual(LIST.kinds);
        },
      ),
    );
  });
});

describe("writeCursor()", () => {
  test("refuses a position that no cursor can hold", () => {
    expect(() => writeCursor("listApps", ["a".repeat(MAX_CURSOR_LENGTH)])).toThrow(
      expect.objectContaining({ code: "CURSOR_TOO_LONG" }),
    );
  });
});
