import { checkText, signOfferClaims } from "./offer-claims.ts";
import type { OfferSignatureInput } from "./offer-claims.ts";

/** What a promotional offer's signature is made from. */
export interface PromotionalOfferSignatureV2Input extends OfferSignatureInput {
  readonly productId: string;
  readonly offerIdentifier: string;
  /**
   * In a real-time answer the request's `originalTransactionId`. Apple's library makes it optional; for
   * retention messaging it is required, so it is here.
   */
  readonly transactionId: string;
}

/**
 * Returns a promotional offer's signature, a compact JWS.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/promotionaloffersignaturev2
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createPromotionalOfferSignatureV2(
  input: PromotionalOfferSignatureV2Input,
): Promise<string> {
  const { productId, offerIdentifier, transactionId } = input;
  checkText(productId, "productId");
  checkText(offerIdentifier, "offerIdentifier");
  checkText(transactionId, "transactionId");
  return signOfferClaims(input, "promotional-offer", { productId, offerIdentifier, transactionId });
}
