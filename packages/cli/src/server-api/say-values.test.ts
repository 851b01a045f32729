import { expect, test } from "vitest";
import { OFFER_TYPES, sayInstant, sayNumber, sayPrice } from "./say-values.ts";

test.each([
  [1_795_251_600_000, "2026-11-21T09:00:00Z"],
  [1_795_251_600_123.5, "2026-11-21T09:00:00Z"],
  [0, "1970-01-01T00:00:00Z"],
  [undefined, ""],
  [9e15, "9000000000000000"],
])("sayInstant() says %d as %j", (ms, said) => {
  expect(sayInstant(ms)).toBe(said);
});

test.each([
  [9990, "USD", "9.99 USD"],
  [0, "EUR", "0 EUR"],
  [1_200_000, undefined, "1200"],
  [undefined, "USD", ""],
])("sayPrice() says %j of %j as %j", (price, currency, said) => {
  expect(sayPrice(price, currency)).toBe(said);
});

test.each([
  [2, "PROMOTIONAL"],
  [5, "RETENTION"],
  [6, "6"],
  [undefined, ""],
])("sayNumber() says %j as %j", (value, said) => {
  expect(sayNumber(value, OFFER_TYPES)).toBe(said);
});
