import { UsageError } from "@holdfast/appstore/errors";
import { parseJson } from "../files.ts";
import { createLineCounter } from "./line-counter.ts";
import type { ReadMessages } from "./message-row.ts";
import { appStoreLocaleOf, messageKeyOf, otherPrefixOf, rowsOfStrings } from "./string-table.ts";
import type { StringTableOptions, TranslatedString } from "./string-table.ts";

/**
 * Reads messages from Xcode's String Catalog: strings whose key is `<message>.header` or
 * `<message>.body`, in every language that is translated.
 *
 * @see https://developer.apple.com/documentation/xcode/localizing-and-varying-text-with-a-string-catalog
 * @throws UsageError `JSON_MALFORMED`, `XCSTRINGS_MALFORMED`
 */
export function readXcstringsMessages(text: string, options: StringTableOptions): ReadMessages {
  const { file, locales } = options;
  const catalog = fieldsOf(parseJson(text, file));
  const { sourceLanguage } = catalog;
  const strings = fieldsOf(catalog["strings"]);
  if (typeof sourceLanguage !== "string" || catalog["strings"] === undefined) {
    const message = `${file}: expected a String Catalog, with sourceLanguage and strings`;
    throw new UsageError("XCSTRINGS_MALFORMED", message);
  }
  // A catalog holds all texts of an app, and few of them are messages.
  const entries = Object.entries(strings).filter(
    ([key]) => messageKeyOf(key, options.prefix) !== undefined,
  );
  const lines = linesOf(text, new Set(entries.map(([key]) => key)));
  const found = entries.flatMap(([key, entry]) => {
    const localizations = fieldsOf(fieldsOf(entry)["localizations"]);
    return stringsOf(key, localizations, lines.get(key) ?? 1);
  });
  const sourceLocale = locales.get(sourceLanguage) ?? appStoreLocaleOf(sourceLanguage);
  const otherPrefix = otherPrefixOf(Object.keys(strings), options.prefix);
  return { ...rowsOfStrings(found, options), sourceLocale, otherPrefix };
}

/** Longer strings are not looked up. */
const LONGEST_KEY = 1000;

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  // A non-null object that is no array can be read by name; what is read is unknown again.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function stringsOf(key: string, localizations: Fields, line: number): readonly TranslatedString[] {
  return Object.entries(localizations).map(([language, localization]) => {
    const { variations, stringUnit } = fieldsOf(localization);
    const { state, value } = fieldsOf(stringUnit);
    const text = typeof value === "string" ? value.trim() : "";
    return { key, language, text, line, unusable: reasonAgainst({ variations, state, value }) };
  });
}

/** Xcode's states are `translated`, `new`, `needs_review` and `stale`; only the first is finished. */
function reasonAgainst({ variations, state, value }: Fields): string | undefined {
  if (variations !== undefined) return "it varies by plural or device, which Apple's texts cannot";
  if (typeof value !== "string") return "there is no translation";
  return state === "translated" ? undefined : `its state is ${String(state)}`;
}

/** Where each key stands first, in one pass; a key of a message is nothing else in a catalog. */
function linesOf(text: string, keys: ReadonlySet<string>): ReadonlyMap<string, number> {
  const lineAt = createLineCounter(text);
  const lines = new Map<string, number>();
  let start = text.indexOf('"');
  while (start >= 0) {
    const end = text.indexOf('"', start + 1);
    const key = end - start > LONGEST_KEY ? "" : text.slice(start + 1, end);
    if (keys.has(key) && !lines.has(key)) lines.set(key, lineAt(start));
    // The end of one string is not told from the start of the next: what is between is no key.
    start = end;
  }
  return lines;
}
