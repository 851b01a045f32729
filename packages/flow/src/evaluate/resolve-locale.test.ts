import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLocale } from "./locale.ts";
import { indexLocales, resolveLocale } from "./resolve-locale.ts";

const resolve = (requested: string, locales: string, fallback = "en-US") => {
  const choice = resolveLocale(requested, indexLocales(locales.split(" ")), fallback);
  return choice === undefined ? "none" : `${choice.locale} ${choice.step}`;
};

describe("parseLocale()", () => {
  test.each([
    ["en-US", "en-US"],
    ["en_US", "en-US"],
    ["EN-us", "en-US"],
    ["en_US.UTF-8", "en-US"],
    ["en-US@calendar=buddhist", "en-US"],
    ["de-Latn-DE", "de-DE"],
    ["zh-TW", "zh-Hant-TW"],
    ["zh-CN", "zh-Hans-CN"],
    ["zh", "zh-Hans"],
    ["zh-Hant-HK", "zh-Hant-HK"],
    ["nb-NO", "no-NO"],
    ["iw", "he"],
    ["es-419", "es-419"],
    ["ca-ES-valencia", "ca-ES"],
    ["hi-Latn", "hi-Latn"],
  ])("parseLocale(%j) is %s", (text, tag) => {
    expect(parseLocale(text)?.tag).toBe(tag);
  });

  test.each(["", "e", "english", "-US", "12", "x".repeat(100), "en".repeat(40)])(
    "parseLocale(%j) is undefined",
    (text) => {
      expect(parseLocale(text)).toBeUndefined();
    },
  );

  test("agrees with ICU on the likely script of what it lists", () => {
    for (const tag of ["zh-HK", "zh-SG", "zh-AU", "ur-PK", "pa-IN", "mr-IN", "el", "uk", "sr"]) {
      expect(parseLocale(tag)?.script).toBe(new Intl.Locale(tag).maximize().script);
    }
  });
});

describe("resolveLocale()", () => {
  test.each([
    ["de-DE", "en-US de-DE", "de-DE exact"],
    ["de_DE", "en-US de-DE", "de-DE exact"],
    ["de-AT", "en-US de-DE", "de-DE parent"],
    ["en-IN", "en-US en-GB", "en-GB parent"],
    ["en-IN", "en-US en-AU", "en-AU parent"],
    ["en-DE", "en-US en-GB", "en-GB parent"],
    ["en-CA", "en-US en-GB", "en-US parent"],
    ["en-NZ", "en-US de-DE", "en-US parent"],
    ["es-AR", "es-ES es-MX", "es-MX parent"],
    ["es-AR", "es-ES en-US", "es-ES parent"],
    ["es-US", "es-ES es-MX", "es-MX parent"],
    ["pt-AO", "pt-BR pt-PT", "pt-PT parent"],
    ["pt-AO", "pt-BR en-US", "pt-BR parent"],
    ["pt", "pt-BR pt-PT", "pt-BR language"],
    ["en", "en-AU en-GB en-US", "en-US language"],
    ["es-419", "es-ES es-MX", "es-MX language"],
    ["pt-BR", "pt-PT", "pt-PT language"],
    ["fr-BE", "fr-CA en-US", "fr-CA language"],
    ["no", "no en-US", "no exact"],
    ["nb-NO", "no en-US", "no parent"],
    ["nn-NO", "no en-US", "no parent"],
    ["ja-JP", "ja en-US", "ja parent"],
    ["ar-EG", "ar-SA en-US", "ar-SA parent"],
    ["zh-TW", "zh-Hans zh-Hant", "zh-Hant parent"],
    ["zh-Hant-HK", "zh-Hans zh-Hant", "zh-Hant parent"],
    ["zh-Hant-MO", "zh-Hans zh-Hant", "zh-Hant parent"],
    ["zh-Hant-HK", "zh-Hans en-US", "en-US default"],
    ["zh-Hant-HK", "zh-Hans", "none"],
    ["zh-SG", "zh-Hant zh-Hans", "zh-Hans parent"],
    ["zh-Hans-TW", "zh-Hant zh-Hans", "zh-Hans parent"],
    ["zh-CN", "zh-Hant en-US", "en-US default"],
    ["hi-Latn-IN", "hi en-GB", "en-GB parent"],
    ["ko-KR", "de-DE en-US", "en-US default"],
    ["ko-KR", "de-DE fr-FR", "none"],
    ["", "de-DE en-US", "en-US default"],
    ["no such locale", "de-DE en-GB", "en-GB default"],
  ])("resolveLocale(%j) among %s is %s", (requested, locales, expected) => {
    expect(resolve(requested, locales)).toBe(expected);
  });

  test("finds every App Store locale exactly when it is there", () => {
    const available = indexLocales(APP_STORE_LOCALES);
    for (const locale of APP_STORE_LOCALES) {
      expect(resolveLocale(locale, available, "en-US")).toEqual({ locale, step: "exact" });
    }
  });

  test("never leaves the script for another, whatever there is", () => {
    const traditional = fc.constantFrom("zh-TW", "zh-HK", "zh-Hant", "zh-Hant-HK", "zh_MO");
    const there = fc.subarray([...APP_STORE_LOCALES]);
    fc.assert(
      fc.property(traditional, there, (requested, locales) => {
        const choice = resolveLocale(requested, indexLocales(locales), "en-US");
        expect(choice?.locale).not.toBe("zh-Hans");
      }),
    );
  });

  test("depends on no order", () => {
    const there = fc.shuffledSubarray([...APP_STORE_LOCALES], { minLength: 1 });
    const device = fc.constantFrom("fr-BE", "en-IN", "es-AR", "pt-AO", "zh-HK", "ko-KR", "nl-BE");
    fc.assert(
      fc.property(device, there, (requested, locales) => {
        const sorted = indexLocales([...locales].sort());
        const choice = resolveLocale(requested, indexLocales(locales), "en-US");
        expect(choice).toEqual(resolveLocale(requested, sorted, "en-US"));
      }),
    );
  });
});
