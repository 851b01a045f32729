/**
 * The locale short codes of the App Store. Apple compares them letter by letter, case included: `en_US`
 * and `en-us` are no locales.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/locale
 * @see https://developer.apple.com/documentation/appstoreconnectapi/managing-metadata-in-your-app-by-using-locale-shortcodes
 */
export const APP_STORE_LOCALES = [
  "ar-SA",
  "bn-BD",
  "ca",
  "cs",
  "da",
  "de-DE",
  "el",
  "en-AU",
  "en-CA",
  "en-GB",
  "en-US",
  "es-ES",
  "es-MX",
  "fi",
  "fr-CA",
  "fr-FR",
  "gu-IN",
  "he",
  "hi",
  "hr",
  "hu",
  "id",
  "it",
  "ja",
  "kn-IN",
  "ko",
  "ml-IN",
  "mr-IN",
  "ms",
  "nl-NL",
  "no",
  "or-IN",
  "pa-IN",
  "pl",
  "pt-BR",
  "pt-PT",
  "ro",
  "ru",
  "sk",
  "sl-SI",
  "sv",
  "ta-IN",
  "te-IN",
  "th",
  "tr",
  "uk",
  "ur-PK",
  "vi",
  "zh-Hans",
  "zh-Hant",
] as const;

/** A locale the App Store has. */
export type AppStoreLocale = (typeof APP_STORE_LOCALES)[number];

/** Tells whether a text is a locale of the App Store, spelled as Apple spells it. */
export function isAppStoreLocale(text: string): text is AppStoreLocale {
  return LOCALES.has(text);
}

/**
 * Returns the App Store's locale that someone who wrote `text` most likely meant: `en-US` for `en_us`,
 * `ja` for `ja-JP`, `zh-Hans` for `zh-CN`. For messages to people only; which message a device sees is
 * another question.
 *
 * @returns undefined where there is no locale of that language
 */
export function suggestAppStoreLocale(text: string): AppStoreLocale | undefined {
  const tag = text.trim().replaceAll("_", "-").toLowerCase();
  const [language = ""] = tag.split("-");
  return (
    BY_LOWERCASE.get(tag) ??
    ALIASES.get(tag) ??
    ALIASES.get(language) ??
    BY_LOWERCASE.get(language) ??
    APP_STORE_LOCALES.find((locale) => locale.startsWith(`${language}-`))
  );
}

const LOCALES: ReadonlySet<string> = new Set(APP_STORE_LOCALES);

const BY_LOWERCASE: ReadonlyMap<string, AppStoreLocale> = new Map(
  APP_STORE_LOCALES.map((locale) => [locale.toLowerCase(), locale]),
);

/** Other names of locales, and the first choice where a language has several. */
const ALIASES: ReadonlyMap<string, AppStoreLocale> = new Map([
  ["en", "en-US"],
  ["es", "es-ES"],
  ["es-419", "es-MX"],
  ["fr", "fr-FR"],
  ["in", "id"],
  ["iw", "he"],
  ["nb", "no"],
  ["nn", "no"],
  ["pt", "pt-BR"],
  ["zh", "zh-Hans"],
  ["zh-hant-hk", "zh-Hant"],
  ["zh-hant-tw", "zh-Hant"],
  ["zh-hk", "zh-Hant"],
  ["zh-mo", "zh-Hant"],
  ["zh-tw", "zh-Hant"],
]);
