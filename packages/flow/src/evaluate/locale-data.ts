/**
 * The part of Unicode CLDR that choosing among the App Store's locales needs: language aliases,
 * likely scripts and regions, and parents that truncation would not find. Embedded so that every
 * host resolves alike whatever its ICU.
 *
 * @see Unicode CLDR 44, common/supplemental/supplementalData.xml (parentLocales),
 *   supplementalMetadata.xml (languageAlias) and likelySubtags.xml; Unicode licence
 */

/** Deprecated and macro-language codes devices still send. */
export const LANGUAGE_ALIASES: ReadonlyMap<string, string> = new Map([
  ["iw", "he"],
  ["in", "id"],
  ["ji", "yi"],
  ["mo", "ro"],
  ["nb", "no"],
  ["tl", "fil"],
  ["cmn", "zh"],
]);

function words(list: string): readonly string[] {
  return list.split(" ");
}

const LANGUAGES_BY_SCRIPT: readonly (readonly [string, string])[] = [
  ["Arab", "ar fa ur"],
  ["Beng", "bn"],
  ["Cyrl", "be bg mk ru sr uk"],
  ["Deva", "hi mr ne"],
  ["Grek", "el"],
  ["Gujr", "gu"],
  ["Guru", "pa"],
  ["Hans", "zh"],
  ["Hebr", "he"],
  ["Jpan", "ja"],
  ["Knda", "kn"],
  ["Kore", "ko"],
  ["Mlym", "ml"],
  ["Orya", "or"],
  ["Taml", "ta"],
  ["Telu", "te"],
  ["Thai", "th"],
];

/** The script a language is written in unless its tag says otherwise; Latin where none is listed. */
export const LIKELY_SCRIPTS: ReadonlyMap<string, string> = new Map(
  LANGUAGES_BY_SCRIPT.flatMap(([script, languages]) =>
    words(languages).map((language) => [language, script] as const),
  ),
);

/** Language and region pairs that are likely written in another script than the language is. */
export const LIKELY_SCRIPTS_BY_REGION: ReadonlyMap<string, string> = new Map([
  ...words("AU BN GB GF HK ID MO PA PF PH SR TH TW US VN").map(
    (region) => [`zh-${region}`, "Hant"] as const,
  ),
  ["pa-PK", "Arab"],
  ["sr-ME", "Latn"],
  ["sr-RO", "Latn"],
  ["sr-TR", "Latn"],
]);

const CHILDREN: readonly (readonly [string, string, string])[] = [
  ["en-001", "en", "150"],
  [
    "en-001",
    "en",
    "AG AI AU BB BM BS BW BZ CC CK CM CX CY DG DM ER FJ FK FM GB GD GG GH GI GM GY HK IE IL IM IN IO JE JM KE KI KN KY LC LR LS MG MO MS MT MU MV MW MY NA NF NG NR NU NZ PG PK PN PW RW SB SC SD SG SH SL SS SX SZ TC TK TO TT TV TZ UG VC VG VU WS ZA ZM ZW",
  ],
  ["en-150", "en", "AT BE CH DE DK FI NL SE SI"],
  ["es-419", "es", "AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE"],
  ["pt-PT", "pt", "AO CH CV FR GQ GW LU MO MZ ST TL"],
];

/** Parents that cutting off the last subtag would not give. */
export const PARENTS: ReadonlyMap<string, string> = new Map([
  ...CHILDREN.flatMap(([parent, language, regions]) =>
    words(regions).map((region) => [`${language}-${region}`, parent] as const),
  ),
  ["hi-Latn", "en-IN"],
  ["nn", "no"],
  ["zh-Hant-MO", "zh-Hant-HK"],
]);

/**
 * Which regional locale speaks for a locale above it, in the order of preference: CLDR's
 * `en-001` is British usage, `es-419` Mexican.
 */
export const SPEAKERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["en-001", ["en-GB", "en-AU"]],
  ["es-419", ["es-MX"]],
  ["zh-Hant", ["zh-Hant-TW", "zh-Hant-HK"]],
  ["zh-Hans", ["zh-Hans-CN"]],
  ["ar", ["ar-SA"]],
  ["de", ["de-DE"]],
  ["en", ["en-US"]],
  ["es", ["es-ES"]],
  ["fr", ["fr-FR"]],
  ["nl", ["nl-NL"]],
  ["pt", ["pt-BR"]],
]);
