/**
 * Apple's limits as validation needs them.
 *
 * @see Apple: Upload Message (UploadMessageRequestBody), App Store localizations
 */

/** The longest texts, in characters. Apple does not say how it counts, so we count both ways. */
export const TEXT_LIMITS = { header: 66, body: 144, bulletText: 66, altText: 150 } as const;

/** The longest realtime URL, in characters. */
export const MAX_REALTIME_URL_LENGTH = 256;

/** App Store locales as Apple spells them; case matters. */
export const APP_STORE_LOCALES: readonly string[] = [
  "ar-SA",
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
  "he",
  "hi",
  "hr",
  "hu",
  "id",
  "it",
  "ja",
  "ko",
  "ms",
  "nl-NL",
  "no",
  "pl",
  "pt-BR",
  "pt-PT",
  "ro",
  "ru",
  "sk",
  "sv",
  "th",
  "tr",
  "uk",
  "vi",
  "zh-Hans",
  "zh-Hant",
];
