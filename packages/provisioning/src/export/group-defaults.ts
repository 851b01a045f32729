import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { FlowDefault } from "@holdfast/flow/document";

/** A default message by the name a flow has for it. */
export interface NamedDefault extends DefaultPlace {
  readonly message: string;
}

/** Returns default messages as a flow writes them: products with the same locales together. */
export function groupDefaults(defaults: readonly NamedDefault[]): FlowDefault[] {
  const groups = new Map<string, FlowDefault & { readonly products: string[] }>();
  for (const ofMessage of Map.groupBy(defaults, ({ message }) => message).values()) {
    for (const [productId, places] of Map.groupBy(ofMessage, (place) => place.productId)) {
      const locales = localesOf(places);
      const message = places[0]?.message ?? "";
      const key = JSON.stringify([message, locales]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { message, products: [productId], locales });
      else group.products.push(productId);
    }
  }
  return [...groups.values()];
}

/** In the App Store's order; `all` when none is missing. */
function localesOf(places: readonly DefaultPlace[]): "all" | string[] {
  const locales = new Set(places.map(({ locale }) => locale));
  const known: string[] = APP_STORE_LOCALES.filter((locale) => locales.delete(locale));
  if (known.length === APP_STORE_LOCALES.length && locales.size === 0) return "all";
  return [...known, ...locales];
}
