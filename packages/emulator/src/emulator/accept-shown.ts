import type { PromotionalOffer } from "@holdfast/appstore/retention-messaging";
import { decodeJwt } from "jose";
import { emulatorError } from "../errors/index.ts";
import type { Shown } from "../realtime/index.ts";
import type { SubscriptionAction } from "../world/subscriptions/index.ts";

/**
 * Returns what a subscriber does who accepts what is shown: takes the offer or goes on with the other
 * product. Throws `EVENT_IMPOSSIBLE` when nothing is shown, or nothing that can be accepted.
 */
export function acceptanceOf(shown: Shown): SubscriptionAction {
  if (shown.source === "realtime") {
    const { response } = shown;
    if ("alternateProduct" in response) {
      return { type: "changePlan", productId: response.alternateProduct.productId };
    }
    if ("promotionalOffer" in response) {
      return { type: "redeemOffer", kind: "promotional", ...offerOf(response.promotionalOffer) };
    }
  }
  if (shown.source === "appStoreConnect" && shown.message.retentionOffer !== undefined) {
    const { offerIdentifier } = shown.message.retentionOffer;
    return { type: "redeemOffer", kind: "retention", offerIdentifier };
  }
  throw emulatorError("EVENT_IMPOSSIBLE", "expected an offer or another product to be shown");
}

/** Returns what the signature of an offer is for; it was judged when the answer came. */
export function offerOf(offer: PromotionalOffer): {
  readonly productId: string;
  readonly offerIdentifier: string;
} {
  const claims: Readonly<Record<string, unknown>> =
    offer.promotionalOfferSignatureV2 === undefined
      ? { ...offer.promotionalOfferSignatureV1 }
      : decodeJwt(offer.promotionalOfferSignatureV2);
  return {
    productId: String(claims["productId"]),
    offerIdentifier: String(claims["offerIdentifier"]),
  };
}
