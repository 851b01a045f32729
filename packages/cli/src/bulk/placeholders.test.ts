import { expect, test } from "vitest";
import { findPlaceholder } from "./placeholders.ts";

test.each([
  ["Stay %@", "%@"],
  ["%lld classes left", "%lld"],
  ["%1$@ and %2$@", "%1$@"],
  ["%1$lld of 5", "%1$lld"],
  ["%#@classes@ left", "%#@"],
  ["%.2f a month", "%.2f"],
  ["%dTage", "%d"],
  ["5 %d", "%d"],
  ["Hello %(name)s", "%(name)s"],
  ["50%% off", "%%"],
  ["Stay, {name}", "{name}"],
  ["Stay, {{ name }}", "{ name }"],
  ["Only ${price}", "${price}"],
  ["{count, number} left", "{count, number}"],
  ["{0}", "{0}"],
  ["Stay, \\(name)", "\\(name)"],
  ["{b} %@", "{b}"],
])("findPlaceholder() finds it in %j", (text, placeholder) => {
  expect(findPlaceholder(text)).toBe(placeholder);
});

test.each([
  "Stay",
  "50% off",
  "50 % de réduction",
  "50 %sur tout",
  "50%de descuento",
  "100%",
  "%",
  "Half price (2 months)",
  "a { b",
  "$5 a month",
  "",
])("findPlaceholder() finds none in %j", (text) => {
  expect(findPlaceholder(text)).toBeUndefined();
});
