import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { WireError } from "./wire-error.ts";

/** Reads the fields of one wire value; every method throws `WIRE_MALFORMED` naming the field. */
export interface Fields {
  string(name: string): string;
  boolean(name: string): boolean;
  /** A non-negative integer. */
  count(name: string): number;
  strings(name: string): readonly string[];
  environment(name: string): FlowEnvironment;
  object(name: string): Readonly<Record<string, unknown>>;
  optionalString(name: string): string | undefined;
}

/** Tells whether a value is an object with fields: no array, no null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Checks that `value` is an object of exactly the given format and returns a reader of its fields.
 * Fields that are not asked for are left alone, so that a newer release may add some.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`
 */
export function readFields(value: unknown, format: string): Fields {
  if (!isRecord(value)) throw new WireError("WIRE_MALFORMED", `${format}: expected an object`);
  if (value["format"] !== format) {
    const came = typeof value["format"] === "string" ? value["format"].slice(0, 64) : "no format";
    throw new WireError("WIRE_FORMAT_UNKNOWN", `expected ${format}, got ${came}`);
  }
  return fieldsOf(value, format);
}

function fieldsOf(record: Readonly<Record<string, unknown>>, format: string): Fields {
  const read = <T>(name: string, expected: string, is: (field: unknown) => field is T): T => {
    const field = Object.hasOwn(record, name) ? record[name] : undefined;
    if (is(field)) return field;
    throw new WireError("WIRE_MALFORMED", `${format}: ${name} must be ${expected}`);
  };
  return {
    string: (name) => read(name, "a string", isString),
    boolean: (name) => read(name, "true or false", (field) => typeof field === "boolean"),
    count: (name) => read(name, "a non-negative integer", isCount),
    strings: (name) => read(name, "an array of strings", isStrings),
    environment: (name) => read(name, '"sandbox" or "production"', isFlowEnvironment),
    object: (name) => read(name, "an object", isRecord),
    optionalString: (name) => read(name, "a string", isOptionalString),
  };
}

/** Tells whether a value names one of the two environments of a flow. */
export function isFlowEnvironment(value: unknown): value is FlowEnvironment {
  return value === "sandbox" || value === "production";
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isString);
}
