import { checkText, signOfferClaims } from "./offer-claims.ts";
import type { OfferSignatureInput } from "./offer-claims.ts";

/** What a signature on introductory-offer eligibility is made from. */
export interface IntroductoryOfferEligibilityInput extends OfferSignatureInput {
  readonly productId: string;
  readonly allowIntroductoryOffer: boolean;
  /** Any transaction of the customer, or their appTransactionId. */
  readonly transactionId: string;
}

/**
 * Returns a signature that says whether a customer may have an introductory offer, a compact JWS.
 *
 * @see https://developer.apple.com/documentation/storekit/generating-jws-to-sign-app-store-requests
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createIntroductoryOfferEligibilitySignature(
  input: IntroductoryOfferEligibilityInput,
): Promise<string> {
  const { productId, allowIntroductoryOffer, transactionId } = input;
  checkText(productId, "productId");
  checkText(transactionId, "transactionId");
  return signOfferClaims(input, "introductory-offer-eligibility", {
    productId,
    allowIntroductoryOffer,
    transactionId,
  });
}
