import { isAppStoreLocale, suggestAppStoreLocale } from "@holdfast/appstore/retention-messaging";
import { createRow } from "./message-row.ts";
import type { ImportIssue, MessageRow, ReadMessages } from "./message-row.ts";
import { findPlaceholder } from "./placeholders.ts";

/** One text of a file of translations. */
export interface TranslatedString {
  /** Like `keep_classes.header`. */
  readonly key: string;
  /** As the file names it, like `de` or `pt-BR`. */
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Why it cannot be used: it is not translated yet, or is no plain text. */
  readonly unusable?: string | undefined;
}

/** How texts of a file of translations become rows. */
export interface StringTableOptions {
  readonly file: string;
  /** What the keys of messages begin with; others are left alone. */
  readonly prefix: string;
  /** App Store locales by the file's languages, where they are not the same. */
  readonly locales: ReadonlyMap<string, string>;
}

type Part = "header" | "body";

/** Which part of which message. */
interface MessageKey {
  readonly name: string;
  readonly part: Part;
}

/** A message's name, as flows have it, and which part of it. */
const KEY = /^(?<name>[A-Za-z][A-Za-z0-9_-]{0,63})\.(?<part>header|body)$/;

/**
 * Puts texts together to messages: the keys `<message>.header` and `<message>.body` of one language
 * are one row. Other keys are no messages and left alone.
 */
export function rowsOfStrings(
  strings: readonly TranslatedString[],
  options: StringTableOptions,
): ReadMessages {
  const issues: ImportIssue[] = [];
  const drafts = new Map<string, Draft>();
  for (const string of strings) {
    const place = placeOf(string, options);
    if (place === undefined) continue;
    const { name, part, locale } = place;
    const report = (draft: Pick<ImportIssue, "code" | "severity" | "message">): void => {
      const path = [name, locale, part];
      issues.push({ ...draft, path, file: options.file, line: string.line });
    };
    const unusable = string.unusable ?? reasonAgainst(string.text);
    if (unusable !== undefined) {
      const message = `${string.key}, ${string.language}: ${unusable}; it is left out`;
      report({ code: "TEXT_NOT_USABLE", severity: "warning", message });
    }
    const key = `${name} ${locale}`;
    const draft: Draft = drafts.get(key) ?? { name, locale, line: string.line, parts: new Map() };
    drafts.set(key, draft);
    // What was translated from stands in the file of every translation.
    const isTwice = draft.parts.has(part) && draft.parts.get(part) !== string.text;
    if (isTwice) {
      const message = `${string.key} has two texts for ${locale}; keep one`;
      report({ code: "DUPLICATE_ROW", severity: "error", message });
    }
    const isUsable = unusable === undefined && !isTwice;
    draft.parts.set(part, isUsable ? string.text : undefined);
  }
  return { rows: [...drafts.values()].flatMap((draft) => rowOf(draft)), issues };
}

function reasonAgainst(text: string): string | undefined {
  const placeholder = findPlaceholder(text);
  return placeholder === undefined
    ? undefined
    : `it holds the placeholder ${placeholder}, which Apple would show as it stands`;
}

interface Draft {
  readonly name: string;
  readonly locale: string;
  readonly line: number;
  /** `undefined` for a part that is there and cannot be used. */
  readonly parts: Map<Part, string | undefined>;
}

/** A part that is missing is empty, which checking refuses; one that cannot be used leaves the row out. */
function rowOf({ name, locale, line, parts }: Draft): readonly MessageRow[] {
  if ([...parts.values()].includes(undefined)) return [];
  const texts = { header: parts.get("header") ?? "", body: parts.get("body") ?? "" };
  return [createRow(line, { name, locale, ...texts })];
}

/** The key of a message behind a prefix that ends as prefixes do. */
const PREFIXED_KEY = /^(?<prefix>.*[./:])[A-Za-z][A-Za-z0-9_-]{0,63}\.(?:header|body)$/;

/** Returns the first prefix other than `prefix` with which keys look like those of messages. */
export function otherPrefixOf(keys: readonly string[], prefix: string): string | undefined {
  return keys
    .map((key) => PREFIXED_KEY.exec(key)?.groups?.["prefix"])
    .find((found) => found !== undefined && found !== prefix);
}

function placeOf(
  { key, language }: TranslatedString,
  { prefix, locales }: StringTableOptions,
): (MessageKey & { readonly locale: string }) | undefined {
  const message = messageKeyOf(key, prefix);
  if (message === undefined) return undefined;
  return { ...message, locale: locales.get(language) ?? appStoreLocaleOf(language) };
}

/** Returns which message and which part of it a key is for; undefined for keys of other texts. */
export function messageKeyOf(key: string, prefix: string): MessageKey | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const { name, part } = KEY.exec(key.slice(prefix.length))?.groups ?? {};
  if (name === undefined || part === undefined) return undefined;
  return { name, part: part === "header" ? "header" : "body" };
}

/**
 * Returns the App Store's locale of a file's language: `de` is `de-DE`. A language with a region that
 * the App Store has not stays as it is, for checking to refuse: nobody can guess which one is meant.
 */
export function appStoreLocaleOf(language: string): string {
  const tag = language.replaceAll("_", "-");
  if (isAppStoreLocale(tag) || tag.includes("-")) return tag;
  return suggestAppStoreLocale(tag) ?? tag;
}
