import { isJsonObject } from "../parse-signed-data.ts";
import { BadSignedData } from "../signed-data-error.ts";

/** What a field of a payload holds in JSON: a simple type, some texts, or an object of a shape. */
export type FieldType = "string" | "number" | "boolean" | "object" | "strings" | PayloadShape;

/** The known fields of a payload; others are left alone. */
export interface PayloadShape {
  /** Apple's name of the payload, for messages. */
  readonly name: string;
  readonly required: Readonly<Record<string, FieldType>>;
  readonly optional: Readonly<Record<string, FieldType>>;
}

/**
 * Checks that a payload is an object whose known fields are there and of their type. Unknown fields, and
 * unknown values of open enumerations, pass.
 *
 * @throws BadSignedData `PAYLOAD_INVALID` naming the field, never its value
 */
export function checkFields(
  payload: unknown,
  shape: PayloadShape,
): asserts payload is Readonly<Record<string, unknown>> {
  if (!isJsonObject(payload)) throw invalid(shape, "an object");
  for (const [name, type] of Object.entries(shape.required)) {
    checkField(Object.hasOwn(payload, name) ? payload[name] : undefined, name, type, shape);
  }
  for (const [name, type] of Object.entries(shape.optional)) {
    if (Object.hasOwn(payload, name)) checkField(payload[name], name, type, shape);
  }
}

function checkField(value: unknown, name: string, type: FieldType, shape: PayloadShape): void {
  if (typeof type === "object") {
    checkFields(value, type);
  } else if (!isOfType(value, type)) {
    throw invalid(shape, `${name}, ${EXPECTED[type]}`);
  }
}

type SimpleType = Exclude<FieldType, PayloadShape>;

const EXPECTED: Readonly<Record<SimpleType, string>> = {
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  object: "an object",
  strings: "an array of strings",
};

function isOfType(value: unknown, type: SimpleType): boolean {
  if (type === "object") return isJsonObject(value);
  if (type === "strings") {
    return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
  return typeof value === type;
}

function invalid({ name }: PayloadShape, expected: string): BadSignedData {
  return new BadSignedData("PAYLOAD_INVALID", `${name}: expected ${expected}`);
}
