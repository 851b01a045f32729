import * as z from "zod";

/** What a field of a whole number is made from. */
export interface WholeOptions {
  readonly min: number;
  readonly max: number;
  readonly example: number;
}

/** The last moment of a JavaScript date, in milliseconds since 1970. */
const LAST_MOMENT = 8.64e15;

/** A whole number. */
export function whole(about: string, { min, max, example }: WholeOptions) {
  return z
    .int()
    .min(min)
    .max(max)
    .meta({ description: about, examples: [example] });
}

/** A number with a fraction. */
export function decimal(about: string, { min, max, example }: WholeOptions) {
  return z
    .number()
    .min(min)
    .max(max)
    .meta({ description: about, examples: [example] });
}

/**
 * A moment in milliseconds since 1970: the one form times have in this system, as they have at Apple,
 * in decisions and in signed records.
 */
export function moment(about: string) {
  return whole(`${about} Milliseconds since 1970.`, {
    min: 0,
    max: LAST_MOMENT,
    example: 1_795_251_600_000,
  });
}

/** A number that rises with each publication or stop list; 0 where there was none yet. */
export function sequence(about: string) {
  return whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example: 7 });
}

/** Yes or no. */
export function flag(about: string, example = true) {
  return z.boolean().meta({ description: about, examples: [example] });
}
