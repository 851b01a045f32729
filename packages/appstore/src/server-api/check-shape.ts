import { malformedAnswerError } from "../http/index.ts";

/** What a value is: a type, a list of something, or an object with fields that may be missing. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | readonly [Shape]
  | { readonly [field: string]: Shape };

/**
 * Lets through an answer whose known fields, where they are there, have the right type; other fields
 * may be anything. The error names the first wrong place, never a value.
 *
 * @throws AppleApiError `APPLE_ANSWER_MALFORMED`
 */
export function checkShape(body: unknown, shape: Shape, operation: string): void {
  const wrong = firstWrong(body, shape, "the body");
  if (wrong !== undefined) throw malformedAnswerError(operation, `expected ${wrong}`);
}

/** Returns where a value is not of its shape and what is expected there, in words. */
function firstWrong(value: unknown, shape: Shape, place: string): string | undefined {
  if (typeof shape === "string") {
    return typeof value === shape ? undefined : `${place} to be a ${shape}`;
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${place} to be an array`;
    return firstOf(
      value.map((item, index) => () => firstWrong(item, shape[0], `${place}[${index}]`)),
    );
  }
  if (!isFields(value)) return `${place} to be an object`;
  return firstOf(
    Object.entries(shape).map(([name, field]) => () => {
      const member = value[name];
      return member === undefined ? undefined : firstWrong(member, field, `${place}.${name}`);
    }),
  );
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const wrong = check();
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
