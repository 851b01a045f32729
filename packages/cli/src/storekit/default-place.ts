import {
  APP_STORE_LOCALES,
  checkLocale,
  checkProductId,
} from "@holdfast/appstore/retention-messaging";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { Io, OptionSpec, Options } from "../command.ts";
import { requireSound } from "./check-values.ts";

/** Which product and locale. */
export const DEFAULT_PLACE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--product-id <id>", description: "the subscription; required", required: true },
  {
    flags: "--locale <locale>",
    suggestions: APP_STORE_LOCALES,
    description: "as the App Store spells it, like en-US; required",
    required: true,
  },
];

/**
 * Returns the product and the locale of {@link DEFAULT_PLACE_OPTIONS}.
 *
 * @throws UsageError `OPTION_MISSING`, `PRODUCT_ID_INVALID`, `UNKNOWN_LOCALE`
 */
export function requireDefaultPlace(options: Options, io: Pick<Io, "warn">): DefaultPlace {
  const productId = options.required("product-id").trim();
  return checkDefaultPlace({ productId, locale: options.required("locale").trim() }, io);
}

/**
 * Returns the place as it is, when it can be one.
 *
 * @throws UsageError `PRODUCT_ID_INVALID`, `UNKNOWN_LOCALE`
 */
export function checkDefaultPlace(place: DefaultPlace, io: Pick<Io, "warn">): DefaultPlace {
  requireSound("--product-id", checkProductId(place.productId), io);
  requireSound("--locale", checkLocale(place.locale), io);
  return place;
}
