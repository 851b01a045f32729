import * as z from "zod";
import { didYouMean } from "./did-you-mean.ts";
import { INSTANT_PATTERN, parseInstant } from "./instant.ts";

/** What names in a document look like: they become salts, codes and URLs' parts. */
const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Separates the messages of several unknown members in one issue of the schema library. */
export const MESSAGE_SEPARATOR = "\n";

/** A name: a letter, then letters, digits, `_` and `-`, 64 in all. */
export function name(description: string) {
  return z
    .string()
    .regex(NAME_PATTERN, {
      error: "expected a letter, then letters, digits, _ or -, at most 64 in all",
    })
    .describe(description);
}

/** Any non-empty text of a sensible length. */
export function text(description: string, max = 255) {
  return z.string().min(1).max(max).describe(description);
}

/** A date or a time with its zone. */
export function instant(description: string) {
  return z
    .string()
    .regex(INSTANT_PATTERN, { error: "expected a date like 2026-12-01 or 2026-12-01T09:00:00Z" })
    .refine((written) => !INSTANT_PATTERN.test(written) || parseInstant(written) !== undefined, {
      error: "expected a date that exists",
    })
    .describe(`${description} A date (its first moment in UTC) or a time with a zone.`);
}

/** A share in percent, with at most three decimals: exactly what bucketing can tell apart. */
export function percent(description: string) {
  return z
    .number()
    .min(0)
    .max(100)
    .refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6, {
      error: "expected at most three decimals",
    })
    .describe(description);
}

/** An object that knows all its members; an unknown one is told with the name that was meant. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, description: string) {
  const known = Object.keys(shape);
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys
              .map((key) => `unknown key "${key}"${didYouMean(key, known)}`)
              .join(MESSAGE_SEPARATOR)
          : undefined,
    })
    .describe(description);
}

/** A JSON Schema clause: exactly one of the members must be there. */
export function exactlyOneOf(members: readonly string[]): {
  readonly oneOf: readonly { readonly required: readonly string[] }[];
} {
  return { oneOf: members.map((member) => ({ required: [member] })) };
}

/** A note for people; nothing depends on it. */
export const description = text("A note for people.", 2000).optional();
