import { UsageError } from "@holdfast/appstore/errors";
import { BUILT_IN_ATTRIBUTES, CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { AttributeType, AttributeValue } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { parseInstant } from "../instant.ts";

/**
 * Reads what is known of a subscriber from `name=value`, each value as its attribute's type says.
 * `null` is absent: known not to exist. A team's own attribute may leave out `attributes.`.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readStoredAttributes(
  written: readonly string[],
  declared: Snapshot["attributes"],
): Readonly<Record<string, AttributeValue>> {
  return Object.fromEntries(written.map((assignment) => readAssignment(assignment, declared)));
}

function readAssignment(
  assignment: string,
  declared: Snapshot["attributes"],
): readonly [string, AttributeValue] {
  const at = assignment.indexOf("=");
  if (at <= 0) throw invalid(`expected name=value, got ${assignment}`);
  const { name, type } = findStored(assignment.slice(0, at), declared);
  const text = assignment.slice(at + 1);
  return [name, text === "null" ? null : readValue(text, { name, type })];
}

interface Stored {
  readonly name: string;
  readonly type: AttributeType;
}

function findStored(name: string, declared: Snapshot["attributes"]): Stored {
  const builtIn = BUILT_IN_ATTRIBUTES.get(name);
  if (builtIn?.source === "stored") return { name, type: builtIn.type };
  if (builtIn !== undefined) {
    throw invalid(`${name} comes from ${SOURCES[builtIn.source] ?? "elsewhere"}`);
  }
  const own = name.startsWith(CUSTOM_ATTRIBUTE_PREFIX)
    ? name.slice(CUSTOM_ATTRIBUTE_PREFIX.length)
    : name;
  const type = Object.hasOwn(declared, own) ? declared[own] : undefined;
  if (type !== undefined) return { name: `${CUSTOM_ATTRIBUTE_PREFIX}${own}`, type };
  const names = [
    ...Object.keys(declared).map((declaredName) => `${CUSTOM_ATTRIBUTE_PREFIX}${declaredName}`),
    ...[...BUILT_IN_ATTRIBUTES].flatMap(([known, { source }]) =>
      source === "stored" ? known : [],
    ),
  ];
  throw invalid(`there is no attribute ${name}; there is ${names.join(", ")}`);
}

const SOURCES: Readonly<Record<string, string>> = {
  request: "the request: see --product, --locale, --at and --environment",
  catalog: "the catalog",
};

function readValue(text: string, { name, type }: Stored): AttributeValue {
  switch (type) {
    case "number":
      return readNumber(text, name);
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      throw invalid(`${name}: expected true or false, got ${text}`);
    case "date":
      return parseInstant(unquoted(text), `--attribute ${name}`);
    case "strings":
      return readStrings(text, name);
    default:
      return unquoted(text);
  }
}

function readNumber(text: string, name: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw invalid(`${name}: expected a number, got ${text}`);
}

/** A JSON list, or words between commas. */
function readStrings(text: string, name: string): readonly string[] {
  if (!text.startsWith("[")) return text === "" ? [] : text.split(",");
  const value = fromJson(text);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalid(`${name}: expected a list of texts like ["A","B"] or A,B`);
}

/** A JSON string, or the text as it is. */
function unquoted(text: string): string {
  const value = text.startsWith('"') ? fromJson(text) : undefined;
  return typeof value === "string" ? value : text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(what: string): UsageError {
  return new UsageError("OPTION_INVALID", `--attribute: ${what}`);
}
