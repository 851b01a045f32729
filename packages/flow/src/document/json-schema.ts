import * as z from "zod";
import { flowSchema } from "./flow-schema.ts";

/** The schema's identity and its place on a CDN once published; a new version of the language gets a new one. */
export const FLOW_SCHEMA_ID = "https://unpkg.com/@holdfast/flow/schema/flow-v1.schema.json";

/** A JSON Schema as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Returns the JSON Schema (draft 2020-12) of flow documents for editors, made from the schema that
 * {@link parseFlow} reads with.
 */
export function flowJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(flowSchema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema }) => closeConditions(jsonSchema),
  });
  const { $schema, ...rest } = schema;
  return { $schema, $id: FLOW_SCHEMA_ID, title: "Holdfast flow", ...rest };
}

/** In a condition only `attributes.<name>` is open; the library can say only "anything else". */
function closeConditions(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const patterns = jsonSchema["patternProperties"];
  const open = jsonSchema.additionalProperties;
  if (typeof patterns !== "object" || patterns === null || typeof open !== "object") return;
  const [pattern] = Object.keys(patterns);
  if (pattern === undefined) return;
  jsonSchema["patternProperties"] = { [pattern]: open };
  jsonSchema.additionalProperties = false;
}
