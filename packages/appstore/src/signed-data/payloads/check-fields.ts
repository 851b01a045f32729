import { BadSignedData } from "../signed-data-error.ts";

/** What a field of a payload holds in JSON. */
export type FieldType = "string" | "number" | "boolean" | "object" | "array";

/** The known fields of a payload; each may be missing unless it is required. Others are left alone. */
export interface PayloadShape {
  /** Apple's name of the payload, for messages. */
  readonly name: string;
  readonly required: Readonly<Record<string, FieldType>>;
  readonly optional: Readonly<Record<string, FieldType>>;
}

/**
 * Checks that known fields are there and of their type. Unknown fields, and unknown values of open
 * enumerations, pass.
 *
 * @throws BadSignedData `PAYLOAD_INVALID` naming the field, never its value
 */
export function checkFields(payload: Readonly<Record<string, unknown>>, shape: PayloadShape): void {
  for (const [name, type] of Object.entries(shape.required)) {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (!isOfType(value, type)) throw invalid(shape, name, type);
  }
  for (const [name, type] of Object.entries(shape.optional)) {
    if (!Object.hasOwn(payload, name)) continue;
    if (!isOfType(payload[name], type)) throw invalid(shape, name, type);
  }
}

function isOfType(value: unknown, type: FieldType): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object")
    return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function invalid({ name }: PayloadShape, field: string, type: FieldType): BadSignedData {
  return new BadSignedData("PAYLOAD_INVALID", `${name}: expected ${field}, ${articled(type)}`);
}

function articled(type: FieldType): string {
  return type === "object" || type === "array" ? `an ${type}` : `a ${type}`;
}
