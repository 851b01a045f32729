import type { JsonSchema } from "./open-api-document.ts";

/** Tells whether a value is an object with members: no array, no null. */
export function isRecord(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
