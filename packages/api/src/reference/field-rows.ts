import { isRecord } from "../openapi/is-record.ts";
import type { JsonSchema } from "../openapi/open-api-document.ts";
import { COMPONENTS } from "../openapi/schema-collector.ts";

/** One field of a body, as a row of a table. */
export interface FieldRow {
  /** From the top, like `items[].id`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** Its bounds and its default, like `1 to 120 characters`. */
  readonly bounds: string;
}

/** The named schemas that references lead to. */
type Components = Readonly<Record<string, JsonSchema>>;

/** Deeper than any schema here nests. */
const MAX_DEPTH = 12;

/** Returns the fields of a schema, those of the objects and lists in it too, in their order. */
export function fieldRows(schema: JsonSchema, components: Components): readonly FieldRow[] {
  return rowsOf(schema, components, { path: "", depth: 0 });
}

/** Returns a schema's type in a few words. */
export function typeOf(schema: JsonSchema, components: Components): string {
  const { type, items, enum: values, const: constant, anyOf, format } = follow(schema, components);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(anyOf)) {
    return anyOf.map((one) => (isRecord(one) ? typeOf(one, components) : "")).join(" | ");
  }
  if (type === "array" && isRecord(items)) return `list of ${typeOf(items, components)}`;
  if (format === "password") return "string, secret";
  return typeof type === "string" ? type : "any";
}

/** Returns a schema's bounds and default in a few words; empty where it has none worth telling. */
export function boundsOf(schema: JsonSchema): string {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, maxProperties } = schema;
  const parts = [
    span(minLength, maxLength, "characters"),
    span(minItems, maxItems, "entries"),
    span(minimum, maximum, ""),
    span(undefined, maxProperties, "members"),
    "default" in schema ? `default ${JSON.stringify(schema["default"])}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

interface Place {
  readonly path: string;
  readonly depth: number;
}

function rowsOf(
  written: JsonSchema,
  components: Components,
  { path, depth }: Place,
): readonly FieldRow[] {
  if (depth > MAX_DEPTH) return [];
  const schema = follow(written, components);
  const { properties, required, items, additionalProperties } = schema;
  const inside = (step: string, child: unknown): readonly FieldRow[] =>
    isRecord(child) ? rowsOf(child, components, { path: path + step, depth: depth + 1 }) : [];
  if (isRecord(properties)) {
    const needed = new Set(Array.isArray(required) ? required : []);
    return Object.entries(properties).flatMap(([name, member]) => {
      if (!isRecord(member)) return [];
      const step = path === "" ? name : `.${name}`;
      const place = { path: path + step, isRequired: needed.has(name) };
      const row = rowOf(follow(member, components), components, place);
      return [row].concat(inside(step, member));
    });
  }
  return [...inside("[]", items), ...inside(".*", additionalProperties)];
}

function rowOf(
  schema: JsonSchema,
  components: Components,
  place: Pick<FieldRow, "path" | "isRequired">,
): FieldRow {
  const { description } = schema;
  return {
    ...place,
    type: typeOf(schema, components),
    description: typeof description === "string" ? description : "",
    bounds: boundsOf(schema),
  };
}

/** What stands beside a reference goes before what it leads to, as in JSON Schema. */
function follow(schema: JsonSchema, components: Components): JsonSchema {
  const { $ref: reference, ...beside } = schema;
  if (typeof reference !== "string") return schema;
  return { ...components[reference.slice(COMPONENTS.length)], ...beside };
}

/** Bounds that only say what a number can be in JavaScript are not worth telling. */
function span(least: unknown, most: unknown, unit: string): string {
  const from = typeof least === "number" && least > Number.MIN_SAFE_INTEGER ? least : undefined;
  const to = typeof most === "number" && most < 8.64e15 ? most : undefined;
  if (from === undefined && to === undefined) return "";
  if (to === undefined) return `from ${from} ${unit}`.trim();
  const isOnlyMost = from === undefined || (unit !== "" && from <= 1);
  return (
    isOnlyMost ? `up to ${to} ${unit}` : from === to ? `${to} ${unit}` : `${from} to ${to} ${unit}`
  ).trim();
}
