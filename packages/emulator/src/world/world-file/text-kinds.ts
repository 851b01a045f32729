import { isLocale } from "../defaults.ts";
import { isPeriod } from "../iso-period.ts";
import { isLowercaseUuid } from "../limits.ts";
import type { TextKind } from "./parse.ts";

/** A locale as devices and the App Store spell it. */
export const LOCALE: TextKind = { is: isLocale, expected: "a locale like en-US" };

/** A UUID as Apple takes it. */
export const UUID: TextKind = { is: isLowercaseUuid, expected: "a lowercase UUID" };

/** ISO 8601, as far as subscriptions have it. */
export const PERIOD: TextKind = { is: isPeriod, expected: "a period like P1M" };

/** A storefront's country, alpha-3. */
export const STOREFRONT: TextKind = {
  is: (text) => /^[A-Z]{3}$/v.test(text),
  expected: "a country in three letters, like USA",
};

/** In quotes: as a number in YAML or JSON it could lose its last digits. */
export const TRANSACTION_ID: TextKind = {
  is: (text) => /^\d{1,20}$/v.test(text),
  expected: 'digits in quotes, like "2000000100000001"',
};

/** Part of a file's name. */
export const KEY_ID: TextKind = {
  is: (text) => /^[0-9A-Za-z]{1,32}$/v.test(text),
  expected: "letters and digits, like Y0GAK3Y241",
};
