import { whole } from "../fields/number-fields.ts";
import { openChoice, patterned } from "../fields/text-fields.ts";

/** More than App Store Connect lets an app have; a bound, not a promise. */
export const MAX_PRODUCTS = 2000;

/** A length of time, as products and offers have it. */
export const duration = (about: string) =>
  patterned(`${about} ISO 8601.`, {
    pattern: /^P[1-9]\d{0,3}[DWMY]$/,
    expected: "a duration like P1M",
    max: 6,
    example: "P1M",
  });

/** How an offer is paid and how long it lasts. */
export const offerTerms = {
  offerMode: openChoice("How it is paid.", [
    "FREE_TRIAL",
    "PAY_AS_YOU_GO",
    "PAY_UP_FRONT",
  ]).optional(),
  duration: duration("How long one of its periods is.").optional(),
  numberOfPeriods: whole("How many periods it has.", { min: 1, max: 1000, example: 3 }).optional(),
};
