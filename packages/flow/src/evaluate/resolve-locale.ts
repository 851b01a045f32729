import { PARENTS, SPEAKERS } from "./locale-data.ts";
import { parseLocale } from "./locale.ts";
import type { ParsedLocale } from "./locale.ts";

/** Which step of the locale rule chose a text. */
export type LocaleStep = "exact" | "parent" | "language" | "default";

/** The locale whose text is sent, and why that one. */
export interface LocaleChoice {
  /** As the flow spells it. */
  readonly locale: string;
  readonly step: LocaleStep;
}

/** The locales a message has texts in, indexed once. */
export interface AvailableLocales {
  /** Canonical tag → the flow's spelling. */
  readonly byTag: ReadonlyMap<string, string>;
  /** In code unit order of the canonical tags. */
  readonly parsed: readonly ParsedLocale[];
}

/** Indexes locales for {@link resolveLocale}; a spelling that is no locale is left out. */
export function indexLocales(locales: Iterable<string>): AvailableLocales {
  const byTag = new Map<string, string>();
  const parsed: ParsedLocale[] = [];
  for (const locale of locales) {
    const canonical = parseLocale(locale);
    if (canonical === undefined || byTag.has(canonical.tag)) continue;
    byTag.set(canonical.tag, locale);
    parsed.push(canonical);
  }
  parsed.sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return { byTag, parsed };
}

/**
 * Returns the text for a device's locale: the exact one, else CLDR's parents from near to far,
 * else the same language in the same script, else what the message's default locale finds by the
 * same steps. `zh-Hant-HK` never becomes `zh-Hans`.
 *
 * @returns `undefined` when not even the default has a text
 */
export function resolveLocale(
  requested: string,
  available: AvailableLocales,
  defaultLocale: string,
): LocaleChoice | undefined {
  const found = closestLocale(requested, available);
  if (found !== undefined) return found;
  const locale = closestLocale(defaultLocale, available)?.locale;
  return locale === undefined ? undefined : { locale, step: "default" };
}

function closestLocale(requested: string, available: AvailableLocales): LocaleChoice | undefined {
  const wanted = parseLocale(requested);
  if (wanted === undefined) return undefined;
  const exact = available.byTag.get(wanted.tag);
  if (exact !== undefined) return { locale: exact, step: "exact" };
  const itsSpeaker = atOrSpeakingFor(wanted.tag, available);
  if (itsSpeaker !== undefined) return { locale: itsSpeaker, step: "language" };
  for (let tag = parentOf(wanted.tag); tag !== undefined; tag = parentOf(tag)) {
    const locale = atOrSpeakingFor(tag, available);
    if (locale !== undefined) return { locale, step: "parent" };
  }
  return sameLanguage(wanted, available);
}

/** CLDR's parent of a canonical tag; `undefined` at the top. A script is never cut off. */
function parentOf(tag: string): string | undefined {
  const listed = PARENTS.get(tag);
  if (listed !== undefined) return listed;
  const cut = tag.lastIndexOf("-");
  if (cut === -1 || tag.length - cut === 5) return undefined;
  return tag.slice(0, cut);
}

function atOrSpeakingFor(tag: string, { byTag }: AvailableLocales): string | undefined {
  const exact = byTag.get(tag);
  if (exact !== undefined) return exact;
  const speaker = SPEAKERS.get(tag)?.find((candidate) => byTag.has(candidate));
  return speaker === undefined ? undefined : byTag.get(speaker);
}

function sameLanguage(
  wanted: ParsedLocale,
  { byTag, parsed }: AvailableLocales,
): LocaleChoice | undefined {
  const match = parsed.find(
    (locale) => locale.language === wanted.language && locale.script === wanted.script,
  );
  const locale = match === undefined ? undefined : byTag.get(match.tag);
  return locale === undefined ? undefined : { locale, step: "language" };
}
