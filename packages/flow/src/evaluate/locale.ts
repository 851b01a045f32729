import { LANGUAGE_ALIASES, LIKELY_SCRIPTS, LIKELY_SCRIPTS_BY_REGION } from "./locale-data.ts";

/** A locale taken apart. */
export interface ParsedLocale {
  /** The canonical spelling: language, script where it is not the obvious one, region. */
  readonly tag: string;
  readonly language: string;
  /** The script, likely or said. */
  readonly script: string;
  readonly region?: string;
}

/** Longer than any sensible locale; what is longer is refused unread. */
const MAX_LOCALE_LENGTH = 64;
const LOCALE = /^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_@.].*)?$/i;

/** Chinese is written in two scripts by many: its canonical tags always name the script. */
const SCRIPT_ALWAYS_NAMED = "zh";

/**
 * Returns a device's locale in canonical form, or `undefined` when it is none. Underscores, any
 * case, old language codes (`iw`, `nb`) and trailing extensions are tolerated; `zh-TW` becomes
 * `zh-Hant-TW`.
 */
export function parseLocale(text: string): ParsedLocale | undefined {
  if (text.length > MAX_LOCALE_LENGTH) return undefined;
  const match = LOCALE.exec(text);
  if (match === null) return undefined;
  const [, writtenLanguage = "", writtenScript, writtenRegion] = match;
  const lowerCase = writtenLanguage.toLowerCase();
  const language = LANGUAGE_ALIASES.get(lowerCase) ?? lowerCase;
  const region = writtenRegion?.toUpperCase();
  const script = writtenScript === undefined ? undefined : titleCase(writtenScript);
  return canonicalLocale(language, script, region);
}

function canonicalLocale(
  language: string,
  said: string | undefined,
  region: string | undefined,
): ParsedLocale {
  const likely = likelyScript(language, region);
  const script = said ?? likely;
  const named = language === SCRIPT_ALWAYS_NAMED || script !== likely;
  const tag = [language, named ? script : undefined, region].filter(isSaid).join("-");
  return { tag, language, script, ...(region === undefined ? {} : { region }) };
}

function likelyScript(language: string, region: string | undefined): string {
  const byRegion =
    region === undefined ? undefined : LIKELY_SCRIPTS_BY_REGION.get(`${language}-${region}`);
  return byRegion ?? LIKELY_SCRIPTS.get(language) ?? "Latn";
}

function isSaid(part: string | undefined): part is string {
  return part !== undefined;
}

function titleCase(script: string): string {
  return script.slice(0, 1).toUpperCase() + script.slice(1).toLowerCase();
}
