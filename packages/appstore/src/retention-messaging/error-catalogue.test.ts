import { APIError } from "@apple/app-store-server-library";
import { describe, expect, test } from "vitest";
import { APPLE_ERROR_CATALOGUE } from "./client/index.ts";

/** Words in the constants that no other of Apple's APIs has. */
const RETENTION_ONLY =
  /IMAGE|MESSAGE|HEADER|BODY|ALT_TEXT|BULLET|PERFORMANCE|REALTIME|PASSING_TEST|LOCALE/;

const ENTRIES = [...APPLE_ERROR_CATALOGUE.values()];

describe("APPLE_ERROR_CATALOGUE", () => {
  test("agrees with Apple's library in every number and constant", () => {
    const theirs = new Map(Object.entries(APIError).map(([name, number]) => [name, number]));
    for (const { constant, errorCode } of ENTRIES) {
      expect([constant, theirs.get(constant)]).toEqual([constant, errorCode]);
    }
  });

  test("has every number of Apple's library that only Retention Messaging uses", () => {
    const numbers = Object.entries(APIError)
      .filter(([name, number]) => typeof number === "number" && RETENTION_ONLY.test(name))
      .map(([, number]) => number);
    expect(numbers.length).toBeGreaterThan(20);
    for (const number of numbers) expect(APPLE_ERROR_CATALOGUE.has(Number(number))).toBe(true);
  });

  test("holds each number, constant and name once, under its number", () => {
    for (const field of ["errorCode", "constant", "name"] as const) {
      expect(new Set(ENTRIES.map((known) => known[field])).size).toBe(ENTRIES.length);
    }
    for (const [number, known] of APPLE_ERROR_CATALOGUE) expect(known.errorCode).toBe(number);
  });

  test("has the status in the first three digits", () => {
    for (const { errorCode, status } of ENTRIES) {
      expect(String(errorCode)).toBe(`${status}${String(errorCode).slice(3)}`);
      expect([400, 403, 404, 409, 429, 500]).toContain(status);
    }
  });

  test("says what to do about each in a sentence or two", () => {
    for (const { advice } of ENTRIES) {
      expect(advice).toMatch(/^[A-Z].*\.$/);
      expect(advice.length).toBeLessThan(180);
    }
  });

  test("holds those for retryable that Apple calls so, and 429 and 5xx", () => {
    for (const { constant, status, retryable } of ENTRIES) {
      expect([constant, retryable]).toEqual([
        constant,
        constant.endsWith("_RETRYABLE") || status >= 429,
      ]);
    }
  });
});
