import { UsageError } from "@holdfast/appstore/errors";
import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { EffectiveFlow } from "@holdfast/flow/compile";
import type { FlowMessage, FlowText } from "@holdfast/flow/document";
import { indexLocales, resolveLocale } from "@holdfast/flow/evaluate";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";
import type { DesiredDefault, DesiredOptions } from "./content.ts";
import { placeKey } from "./place-key.ts";

/**
 * Returns the default messages a flow wants, one for each product and locale: later entries win,
 * and each locale has the text that the locale rule gives.
 *
 * @throws UsageError `CATALOG_MISSING` where `products: all` cannot be resolved
 */
export function desiredDefaults(
  { defaults, messages, document }: EffectiveFlow,
  { products: everyProduct, images }: DesiredOptions,
): readonly DesiredDefault[] {
  const wanted = new Map<string, DesiredDefault>();
  for (const { message: name, products, locales } of defaults) {
    const message = messages[name];
    if (message === undefined) continue;
    const textFor = createTextFor(message);
    for (const productId of products === "all" ? catalogued(everyProduct) : products) {
      for (const locale of locales === "all" ? APP_STORE_LOCALES : locales) {
        const text = textFor(locale);
        if (text === undefined) continue;
        const identifier = messageIdentifier(text, { bundleId: document.app, images });
        if (identifier === undefined) continue;
        const key = placeKey({ productId, locale });
        wanted.set(key, { productId, locale, message: name, messageIdentifier: identifier });
      }
    }
  }
  return [...wanted.values()];
}

function createTextFor({ locales, defaultLocale }: FlowMessage) {
  const available = indexLocales(Object.keys(locales));
  return (locale: string): FlowText | undefined => {
    const choice = resolveLocale(locale, available, defaultLocale);
    return choice === undefined ? undefined : locales[choice.locale];
  };
}

function catalogued(products: readonly string[] | undefined): readonly string[] {
  if (products !== undefined) return products;
  const message =
    "the flow's defaults are for all products, and which there are is not known: give a catalog, or name the products";
  throw new UsageError<ProvisioningErrorCode>("CATALOG_MISSING", message);
}
