import { UsageError } from "@holdfast/appstore/errors";
import type { ReadMessages } from "./message-row.ts";
import { readXml } from "./read-xml.ts";
import type { XmlElement } from "./read-xml.ts";
import { appStoreLocaleOf, otherPrefixOf, rowsOfStrings } from "./string-table.ts";
import type { StringTableOptions, TranslatedString } from "./string-table.ts";

/** How XLIFF is read. */
export interface XliffOptions extends StringTableOptions {
  /** Also takes the texts that were translated from; without it only where nothing is translated. */
  readonly includeSource: boolean;
}

/**
 * Reads messages from XLIFF 1.2 or 2.0: units whose `id` (or `resname`, `name`) is
 * `<message>.header` or `<message>.body`.
 *
 * @see https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html
 * @see https://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html
 * @throws UsageError `XML_MALFORMED`, `XLIFF_MALFORMED`
 */
export function readXliffMessages(text: string, options: XliffOptions): ReadMessages {
  const { file, locales } = options;
  const root = readXml(text, file);
  const version = root.attributes["version"] ?? "";
  const files = childrenOf(root, "file");
  if (root.name !== "xliff" || files.length === 0 || !/^(?:1\.[12]|2\.\d)$/.test(version)) {
    throw new UsageError("XLIFF_MALFORMED", `${file}: expected XLIFF 1.2 or 2.0 with a <file>`);
  }
  const read = version.startsWith("1") ? readFile1 : readFile2;
  const languages = files.map((element) => languagesOf(element, root, file));
  const strings = files.flatMap((element, index) =>
    read(element).flatMap((unit) =>
      stringsOf(unit, { ...(languages[index] ?? NO_LANGUAGES), ...options }),
    ),
  );
  const source = languages[0]?.source ?? "";
  const sourceLocale = locales.get(source) ?? appStoreLocaleOf(source);
  const keys = strings.map(({ key }) => key);
  const otherPrefix = otherPrefixOf(keys, options.prefix);
  return { ...rowsOfStrings(strings, options), sourceLocale, otherPrefix };
}

/** What a file is translated from and to. */
interface Languages {
  readonly source: string;
  /** Absent in a file that holds what is to be translated. */
  readonly target: string | undefined;
}

/** 1.2 says it at each file, 2.0 at the root. */
function languagesOf(element: XmlElement, root: XmlElement, file: string): Languages {
  const source = element.attributes["source-language"] ?? root.attributes["srcLang"];
  const target = element.attributes["target-language"] ?? root.attributes["trgLang"];
  if (source !== undefined) return { source, target };
  throw new UsageError("XLIFF_MALFORMED", `${file}: expected a source language`);
}

const NO_LANGUAGES: Languages = { source: "", target: undefined };

interface Unit {
  readonly key: string;
  readonly line: number;
  readonly source: UnitText;
  readonly target: UnitText;
}

interface UnitText {
  readonly text: string;
  readonly unusable?: string | undefined;
}

function stringsOf(
  { key, line, source, target }: Unit,
  wanted: Languages & Pick<XliffOptions, "includeSource">,
): readonly TranslatedString[] {
  const original = { key, line, language: wanted.source, ...source };
  if (wanted.target === undefined) return [original];
  const translated = { key, line, language: wanted.target, ...target };
  return wanted.includeSource ? [original, translated] : [translated];
}

/** States of 1.2 that say there is no translation to use yet. */
const UNFINISHED_1: ReadonlySet<string> = new Set([
  "new",
  "needs-adaptation",
  "needs-l10n",
  "needs-translation",
  "needs-review-adaptation",
  "needs-review-l10n",
  "needs-review-translation",
]);

function readFile1(element: XmlElement): readonly Unit[] {
  return descendantsOf(element, "trans-unit").map((unit) => {
    const [target] = childrenOf(unit, "target");
    const state = target?.attributes["state"];
    return {
      key: keyOf(unit, "resname"),
      line: unit.line,
      source: textOf(childrenOf(unit, "source")),
      target: unfinished(textOf(childrenOf(unit, "target")), state, UNFINISHED_1),
    };
  });
}

/** The state of 2.0 that says there is no translation yet. It is the default, too, but tools that keep no states leave it out. */
const UNFINISHED_2: ReadonlySet<string> = new Set(["initial"]);

function readFile2(element: XmlElement): readonly Unit[] {
  return descendantsOf(element, "unit").map((unit) => {
    const segments = unit.children.filter(
      (child): child is XmlElement =>
        typeof child !== "string" && (child.name === "segment" || child.name === "ignorable"),
    );
    const part = (name: string) => textOf(segments.flatMap((segment) => childrenOf(segment, name)));
    const state = segments
      .map(({ attributes }) => attributes["state"])
      .find((said) => said !== undefined && UNFINISHED_2.has(said));
    return {
      key: keyOf(unit, "name"),
      line: unit.line,
      source: part("source"),
      target: unfinished(part("target"), state, UNFINISHED_2),
    };
  });
}

/** Tools put what developers call a text into `id`, or where ids are numbers, beside it. */
function keyOf({ attributes }: XmlElement, otherName: string): string {
  return attributes[otherName] ?? attributes["id"] ?? "";
}

function textOf(elements: readonly XmlElement[]): UnitText {
  if (elements.length === 0) return { text: "", unusable: "there is no translation" };
  const parts = elements.flatMap(({ children }) => children);
  const texts = parts.filter((part) => typeof part === "string");
  const unusable =
    texts.length === parts.length
      ? undefined
      : "it holds markup or a placeholder, which Apple's texts cannot";
  return { text: texts.join("").trim(), unusable };
}

function unfinished(
  text: UnitText,
  state: string | undefined,
  states: ReadonlySet<string>,
): UnitText {
  if (state === undefined || !states.has(state)) return text;
  return { ...text, unusable: `its state is ${state}` };
}

function childrenOf({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter(
    (child): child is XmlElement => typeof child !== "string" && child.name === name,
  );
}

function descendantsOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => {
    if (typeof child === "string") return [];
    return child.name === name ? [child] : descendantsOf(child, name);
  });
}
