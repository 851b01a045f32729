import { isRecord } from "./is-record.ts";
import type { JsonSchema } from "./open-api-document.ts";
import { COMPONENTS } from "./schema-collector.ts";

/** The named schemas that references lead to. */
type Components = Readonly<Record<string, JsonSchema>>;

/** Deeper than any schema here nests. */
const MAX_DEPTH = 16;

/**
 * Returns an example of a schema, put together from those of its fields: every member of an object, one
 * entry of a list. Undefined where a field has none.
 */
export function exampleOf(schema: JsonSchema, components: Components, depth = 0): unknown {
  if (depth > MAX_DEPTH) return undefined;
  const { $ref: reference, examples } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (typeof reference === "string") {
    const target = components[reference.slice(COMPONENTS.length)];
    return target === undefined ? undefined : exampleOf(target, components, depth + 1);
  }
  const { properties, items, additionalProperties, propertyNames, anyOf } = schema;
  if ("const" in schema) return schema["const"];
  if (isRecord(properties)) return exampleOfMembers(properties, components, depth);
  if (isRecord(items)) return [exampleOf(items, components, depth + 1)];
  if (isRecord(additionalProperties) && isRecord(propertyNames)) {
    const name = exampleOf(propertyNames, components, depth + 1);
    return { [String(name)]: exampleOf(additionalProperties, components, depth + 1) };
  }
  const [first] = Array.isArray(anyOf) ? (anyOf as readonly unknown[]) : [];
  return isRecord(first) ? exampleOf(first, components, depth + 1) : undefined;
}

function exampleOfMembers(properties: JsonSchema, components: Components, depth: number): unknown {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) =>
      isRecord(member) ? [[name, exampleOf(member, components, depth + 1)]] : [],
    ),
  );
}
