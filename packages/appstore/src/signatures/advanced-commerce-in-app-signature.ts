import { encodeBase64 } from "../crypto/index.ts";
import { signOfferClaims } from "./offer-claims.ts";
import type { OfferSignatureInput } from "./offer-claims.ts";

/** What a signature on an Advanced Commerce request is made from. */
export interface AdvancedCommerceSignatureInput extends OfferSignatureInput {
  /** The request as Apple's Advanced Commerce API defines it; signed as it is, not checked. */
  readonly request: object;
}

const encoder = new TextEncoder();

/**
 * Returns the signature on an Advanced Commerce request, a compact JWS; its claim `request` is the
 * request's JSON in base64.
 *
 * @see https://developer.apple.com/documentation/storekit/generating-jws-to-sign-app-store-requests
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createAdvancedCommerceInAppSignature(
  input: AdvancedCommerceSignatureInput,
): Promise<string> {
  const request = encodeBase64Json(input.request);
  return signOfferClaims(input, "advanced-commerce-api", { request });
}

/**
 * Returns the `advancedCommerceData` of a real-time answer: the signature wrapped in Apple's
 * `advancedCommerceRequestData` object, in base64. For a real-time answer the request is a
 * SubscriptionModifyInAppRequest with a single SubscriptionModifyChangeItem.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/advancedcommercedata
 * @see https://developer.apple.com/documentation/storekit/sending-advanced-commerce-api-requests-from-your-app
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createAdvancedCommerceData(
  input: AdvancedCommerceSignatureInput,
): Promise<string> {
  const token = await createAdvancedCommerceInAppSignature(input);
  return encodeBase64Json({ signatureInfo: { token } });
}

function encodeBase64Json(value: object): string {
  return encodeBase64(encoder.encode(JSON.stringify(value)));
}
