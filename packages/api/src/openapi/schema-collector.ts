import { UsageError } from "@holdfast/appstore/errors";
import * as z from "zod";
import type { JsonSchema } from "./open-api-document.ts";

const DEFINITIONS = "#/$defs/";

/** Where the document keeps its named schemas. */
export const COMPONENTS = "#/components/schemas/";

/** Turns schemas into JSON Schema and keeps those with a name once, as components. */
export interface SchemaCollector {
  /** Returns the JSON Schema; of a named schema, a reference. */
  schemaOf(schema: z.ZodType): JsonSchema;
  /** The named schemas met so far, by name. */
  readonly components: Readonly<Record<string, JsonSchema>>;
}

/** Returns a collector without any component. */
export function createSchemaCollector(): SchemaCollector {
  const components = new Map<string, JsonSchema>();
  const keep = (name: string, schema: JsonSchema): void => {
    const known = components.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new UsageError(
        "SCHEMA_NAME_TAKEN",
        `${name}: two different schemas have this id; expected one for each`,
      );
    }
    components.set(name, schema);
  };
  return {
    schemaOf(schema) {
      // What comes in and what goes out have schemas of their own, so "input" is right for both: it
      // asks for no member that has a default, and leaves answers open for members to come.
      const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io: "input" });
      for (const [name, definition] of Object.entries($defs ?? {})) {
        keep(name, withComponents(definition));
      }
      return withComponents(root);
    },
    get components() {
      const sorted = [...components].sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(sorted);
    },
  };
}

/** Returns a copy that refers to components, without what documentation has no use for. */
function withComponents(schema: object): JsonSchema {
  const copy: unknown = JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === "$ref" && typeof value === "string" && value.startsWith(DEFINITIONS)
        ? COMPONENTS + value.slice(DEFINITIONS.length)
        : // The components' names say it already.
          key === "id" && typeof value === "string" && isNamedSchema(schema, value)
          ? undefined
          : value,
    ),
  );
  // A copy of an object is an object.
  return copy as JsonSchema;
}

function isNamedSchema(schema: object, id: string): boolean {
  return "id" in schema && schema.id === id;
}
