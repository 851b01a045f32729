import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";

/** Returns one text for a product and a locale, to look them up by. */
export function placeKey({ productId, locale }: DefaultPlace): string {
  return JSON.stringify([productId, locale]);
}
