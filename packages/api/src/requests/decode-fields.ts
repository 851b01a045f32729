import * as z from "zod";
import type { FieldShape } from "../contract/route.ts";

/** A whole number as it is written in a URL: one spelling each, so `07`, `1e3` and ` 7` are none. */
const WHOLE = /^(0|-?[1-9]\d{0,15})$/;

/**
 * Returns the texts of a path or a query as the values their schemas ask for: numbers, booleans and lists.
 * What has no such form stays a text, and the schema refuses it.
 */
export function decodeFields(
  texts: Readonly<Record<string, string | readonly string[]>>,
  shape: FieldShape,
): Readonly<Record<string, unknown>> {
  // A name like __proto__ must become a member like any other, to be refused.
  return Object.fromEntries(
    Object.entries(texts).map(([name, given]) => {
      const schema = Object.hasOwn(shape, name) ? coreOf(shape[name]) : undefined;
      return [name, decodeField(given, schema)];
    }),
  );
}

/** Returns the texts of a query by their names; a name that is there twice has a list. */
export function readQuery(query: URLSearchParams): Readonly<Record<string, string | string[]>> {
  const groups = Map.groupBy(query, ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, pairs]) => {
      const values = pairs.map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function decodeField(given: string | readonly string[], schema: z.ZodType | undefined): unknown {
  if (schema instanceof z.ZodArray) {
    const item = coreOf(schema.element as z.ZodType);
    return [given].flat().map((one) => decodeText(one, item));
  }
  return typeof given === "string" ? decodeText(given, schema) : given;
}

function decodeText(text: string, schema: z.ZodType | undefined): unknown {
  if (schema instanceof z.ZodNumber) return WHOLE.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) {
    return text === "true" ? true : text === "false" ? false : text;
  }
  return text;
}

/** The schema inside those that only allow absence. */
function coreOf(schema: z.ZodType | undefined): z.ZodType | undefined {
  let core: z.ZodType | undefined = schema;
  while (core instanceof z.ZodOptional || core instanceof z.ZodDefault) {
    // The library types what is inside by its core interface; every schema here is a full one.
    core = core.unwrap() as z.ZodType;
  }
  return core;
}
