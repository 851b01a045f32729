import { UsageError } from "@holdfast/appstore/errors";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { createLineCounter } from "./line-counter.ts";

/** An element. */
export interface XmlElement {
  /** Without its namespace's prefix. */
  readonly name: string;
  /** By name, `xml:lang` and the like with their prefix. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements, and texts in between. */
  readonly children: readonly (XmlElement | string)[];
  /** Where it starts in the file, from 1. */
  readonly line: number;
}

/**
 * Reads an XML file and returns its root element. Entities are not expanded but the five of XML
 * itself and numbered characters: a document type is refused, so nothing can grow or reach out.
 *
 * @param file - for the error
 * @throws UsageError `XML_MALFORMED`, `FILE_TOO_LARGE`
 */
export function readXml(text: string, file: string): XmlElement {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    throw malformed(file, "a document type is not allowed; remove the <!DOCTYPE …>");
  }
  requireFewTags(text, file);
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw malformed(`${file}:${checked.err.line}`, checked.err.msg);
  const lineAt = createLineCounter(text);
  const root = elementsOf(parse(text, file), lineAt, file).find((node) => typeof node !== "string");
  if (root === undefined) throw malformed(file, "there is no element");
  return root;
}

/** Ours: far more than the texts of a large app take, and far less than keep a machine busy. */
const MAX_TAGS = 500_000;

function requireFewTags(text: string, file: string): void {
  let tags = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) tags += 1;
  if (tags <= MAX_TAGS) return;
  const message = `${file}: expected at most ${MAX_TAGS} tags, got ${tags}; export fewer texts at once`;
  throw new UsageError("FILE_TOO_LARGE", message);
}

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";
// The library's types say the object `Symbol`; it is a symbol.
const PLACE = XMLParser.getMetaDataSymbol() as symbol;

type ParsedNode = Readonly<Record<string | symbol, unknown>>;

function parse(text: string, file: string): readonly ParsedNode[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    captureMetaData: true,
    cdataPropName: CDATA,
  });
  try {
    // What `preserveOrder` gives: a list of objects with one element or text each.
    return parser.parse(text) as readonly ParsedNode[];
  } catch (cause) {
    // Nested deeper than the parser goes.
    throw malformed(file, cause instanceof Error ? cause.message : "it cannot be read", cause);
  }
}

function elementsOf(
  nodes: readonly ParsedNode[],
  lineAt: (offset: number) => number,
  file: string,
): readonly (XmlElement | string)[] {
  return nodes.flatMap((node): readonly (XmlElement | string)[] => {
    if (TEXT in node) return [decode(textOf(node), file)];
    if (CDATA in node) return [cdataOf(node[CDATA])];
    const tag = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (tag === undefined) return [];
    // An element's children are a list, its attributes texts by name, its place an object.
    const children = node[tag] as readonly ParsedNode[];
    const attributes = (node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>;
    const place = node[PLACE] as { readonly startIndex?: number };
    return [
      {
        name: tag.slice(tag.indexOf(":") + 1),
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, decode(value, file)]),
        ),
        children: elementsOf(children, lineAt, file),
        line: lineAt(place.startIndex ?? 0),
      },
    ];
  });
}

function textOf(node: ParsedNode): string {
  const text = node[TEXT];
  return typeof text === "string" ? text : "";
}

function cdataOf(value: unknown): string {
  // A CDATA section is an element with one text.
  return (value as readonly ParsedNode[]).map((node) => textOf(node)).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/** @see https://www.w3.org/TR/xml/#sec-references */
function decode(text: string, file: string): string {
  return text.replaceAll(/&([^;\s]{0,10});?/g, (whole, name: string) => {
    const character = characterOf(name);
    if (character !== undefined && whole.endsWith(";")) return character;
    throw malformed(
      file,
      "expected &lt; &gt; &amp; &quot; &apos; or a numbered character after an &",
    );
  });
}

function characterOf(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
  if (number === null) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const [, hex, decimal] = number;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function malformed(place: string, what: string, cause?: unknown): UsageError<"XML_MALFORMED"> {
  const options = cause === undefined ? undefined : { cause };
  return new UsageError("XML_MALFORMED", `${place}: expected XML: ${what}`, options);
}
