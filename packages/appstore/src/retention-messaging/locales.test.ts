import { describe, expect, test } from "vitest";
import { APP_STORE_LOCALES, isAppStoreLocale, suggestAppStoreLocale } from "./locales.ts";

test("APP_STORE_LOCALES has Apple's fifty, each once, in order", () => {
  expect(APP_STORE_LOCALES).toHaveLength(50);
  expect(new Set(APP_STORE_LOCALES).size).toBe(50);
  expect([...APP_STORE_LOCALES].sort()).toEqual(APP_STORE_LOCALES);
});

describe("isAppStoreLocale()", () => {
  test.each(APP_STORE_LOCALES)("accepts %s", (locale) => {
    expect(isAppStoreLocale(locale)).toBe(true);
  });

  test.each(["en_US", "en-us", "EN-US", "en", "ja-JP", "zh-CN", "", " ja", "constructor"])(
    "refuses %j",
    (text) => {
      expect(isAppStoreLocale(text)).toBe(false);
    },
  );
});

describe("suggestAppStoreLocale()", () => {
  test.each([
    ["en_US", "en-US"],
    ["en-us", "en-US"],
    [" pt_br ", "pt-BR"],
    ["en", "en-US"],
    ["en-NZ", "en-US"],
    ["de", "de-DE"],
    ["de-AT", "de-DE"],
    ["ja-JP", "ja"],
    ["ar", "ar-SA"],
    ["es-419", "es-MX"],
    ["nb-NO", "no"],
    ["iw", "he"],
    ["zh", "zh-Hans"],
    ["zh-CN", "zh-Hans"],
    ["zh-TW", "zh-Hant"],
    ["zh_hant_hk", "zh-Hant"],
    ["sl", "sl-SI"],
  ])("suggests for %j %s", (text, locale) => {
    expect(suggestAppStoreLocale(text)).toBe(locale);
  });

  test.each(["", "-", "xx", "tlh-US", "e", "constructor", "__proto__"])(
    "has nothing to suggest for %j",
    (text) => {
      expect(suggestAppStoreLocale(text)).toBeUndefined();
    },
  );

  test.each(APP_STORE_LOCALES)("suggests %s for itself", (locale) => {
    expect(suggestAppStoreLocale(locale)).toBe(locale);
  });
});
