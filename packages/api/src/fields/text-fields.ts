import * as z from "zod";

/** What a field of text is made from, beside what it is about. */
export interface TextOptions {
  /** The most UTF-16 code units. */
  readonly max: number;
  /** The fewest; default 1. */
  readonly min?: number;
  readonly example: string;
}

/** What a field with a pattern is made from. */
export interface PatternOptions extends TextOptions {
  readonly pattern: RegExp;
  /** What to say where it does not match, after "expected". */
  readonly expected: string;
}

/**
 * One line: no control characters, which have no place in a name and which Postgres refuses (NUL), and
 * no half of a surrogate pair, which is not UTF-8.
 */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;

/** Lines: as {@link ONE_LINE}, with tabs and line ends. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const LINES = /^[^\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/u;

/** A line of text. */
export function text(about: string, { max, min = 1, example }: TextOptions) {
  return z
    .string()
    .min(min)
    .max(max)
    .regex(ONE_LINE, { error: "expected one line without control characters" })
    .meta({ description: about, examples: [example] });
}

/** Text of several lines. */
export function lines(about: string, { max, min = 1, example }: TextOptions) {
  return z
    .string()
    .min(min)
    .max(max)
    .regex(LINES, { error: "expected text without control characters" })
    .meta({ description: about, examples: [example] });
}

/** Text of one form. */
export function patterned(about: string, options: PatternOptions) {
  const { pattern, expected, max, min = 1, example } = options;
  return z
    .string()
    .min(min)
    .max(max)
    .regex(pattern, { error: `expected ${expected}` })
    .meta({ description: about, examples: [example] });
}

/**
 * Text that is given once and never read back: a password, a private key. The example is no secret, but
 * says what one looks like.
 */
export function secret(about: string, { max, min = 1, example }: TextOptions) {
  return z
    .string()
    .min(min)
    .max(max)
    .regex(LINES, { error: "expected text without control characters" })
    .meta({ description: about, examples: [example], writeOnly: true, format: "password" });
}

/** A value of ours: one of a fixed list. */
export function choice<const Values extends readonly [string, ...string[]]>(
  about: string,
  values: Values,
) {
  return z.enum(values).meta({ description: about, examples: [values[0]] });
}

/** A value of Apple's, which may add to its list: known ones are named, any other is let through. */
export function openChoice(about: string, known: readonly [string, ...string[]]) {
  return z
    .string()
    .max(128)
    .meta({ description: `${about} Known: ${known.join(", ")}; open.`, examples: [known[0]] });
}
