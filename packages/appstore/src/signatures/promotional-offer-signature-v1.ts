import { encodeBase64, encodeEcdsaSignature } from "../crypto/index.ts";
import type { PromotionalOfferSignatureV1 } from "../retention-messaging/index.ts";
import { checkText, checkTime, checkUuid, invalid } from "./offer-claims.ts";
import type { OfferSignatureInput } from "./offer-claims.ts";

/** What the older form of a promotional offer's signature is made from. */
export interface PromotionalOfferSignatureV1Input extends OfferSignatureInput {
  readonly productId: string;
  readonly offerIdentifier: string;
  /** A lowercase UUID: the one the app set when the subscription was bought. */
  readonly appAccountToken?: string;
}

/** INVISIBLE SEPARATOR, which Apple puts between the fields. */
const SEPARATOR = "\u{2063}";

/**
 * Returns the older form of a promotional offer's signature with everything that belongs to it.
 * Apple accepts it for 24 hours from `issuedAt`, once.
 *
 * @see https://developer.apple.com/documentation/storekit/generating-a-signature-for-promotional-offers
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createPromotionalOfferSignatureV1(
  input: PromotionalOfferSignatureV1Input,
): Promise<PromotionalOfferSignatureV1> {
  const { key, bundleId, productId, offerIdentifier, appAccountToken, nonce, issuedAt } = input;
  const { keyId } = key;
  for (const [name, text] of Object.entries({ bundleId, keyId, productId, offerIdentifier })) {
    checkField(text, name);
  }
  checkUuid(nonce, "nonce");
  checkTime(issuedAt, "issuedAt");
  if (appAccountToken !== undefined) checkUuid(appAccountToken, "appAccountToken");
  const fields = [
    bundleId,
    keyId,
    productId,
    offerIdentifier,
    appAccountToken ?? "",
    nonce,
    issuedAt,
  ];
  const signature = encodeEcdsaSignature(await key.signText(fields.join(SEPARATOR)));
  return {
    encodedSignature: encodeBase64(signature),
    productId,
    nonce,
    timestamp: issuedAt,
    keyId,
    offerIdentifier,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
  };
}

/** A separator inside a field would let two different offers have the same signed text. */
function checkField(text: string, name: string): void {
  checkText(text, name);
  if (text.includes(SEPARATOR)) throw invalid(name, "a text without U+2063");
}
