import type { ConnectProduct } from "@holdfast/appstore/connect-api";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";

/**
 * Returns every product that is on sale, in every locale it is described in: where Apple can show something
 * by itself. Products whose state App Store Connect does not say count as on sale.
 */
export function describedPlaces(products: readonly ConnectProduct[]): readonly DefaultPlace[] {
  return products
    .filter(({ state }) => state === undefined || state === "APPROVED")
    .flatMap(({ productId, localizations }) =>
      localizations.map(({ locale }) => ({ productId, locale })),
    );
}
