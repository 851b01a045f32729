import type { InAppPurchaseKey } from "./in-app-purchase-key.ts";
import { SignatureError } from "./signature-error.ts";

/** What every signature for the App Store is made from. */
export interface OfferSignatureInput {
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  /** A lowercase UUID that Apple accepts once. */
  readonly nonce: string;
  /** Milliseconds since 1970; becomes `iat`, in seconds. Apple derives the end of validity from it. */
  readonly issuedAt: number;
}

/** What a JWS for the App Store is meant for, as Apple spells it. */
export type OfferAudience =
  | "promotional-offer"
  | "introductory-offer-eligibility"
  | "advanced-commerce-api";

/**
 * Signs the claims every JWS for the App Store has, and its own. There is no `exp`: Apple counts from
 * `iat`.
 *
 * @see https://developer.apple.com/documentation/storekit/generating-jws-to-sign-app-store-requests
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function signOfferClaims(
  { key, bundleId, nonce, issuedAt }: OfferSignatureInput,
  audience: OfferAudience,
  ownClaims: object,
): Promise<string> {
  checkText(bundleId, "bundleId");
  checkUuid(nonce, "nonce");
  const iat = toSeconds(issuedAt);
  return key.signJws({ iss: key.issuerId, iat, aud: audience, bid: bundleId, nonce, ...ownClaims });
}

const LOWERCASE_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws SignatureError `SIGNATURE_INPUT_INVALID` where a text is empty */
export function checkText(text: string, name: string): void {
  if (text === "") throw invalid(name, "a text that is not empty");
}

/** @throws SignatureError `SIGNATURE_INPUT_INVALID` where a text is no lowercase UUID */
export function checkUuid(text: string, name: string): void {
  if (!LOWERCASE_UUID.test(text)) throw invalid(name, "a lowercase UUID");
}

/** @throws SignatureError `SIGNATURE_INPUT_INVALID` where a time is no whole, positive millisecond */
export function checkTime(time: number, name: string): void {
  if (!Number.isSafeInteger(time) || time < 0) throw invalid(name, "milliseconds since 1970");
}

/** Returns `issuedAt` in whole seconds, rounded down: never in the future. */
export function toSeconds(issuedAt: number): number {
  checkTime(issuedAt, "issuedAt");
  return Math.floor(issuedAt / 1000);
}

/** Says which input is not what it should be, without quoting it. */
export function invalid(name: string, expected: string): SignatureError {
  return new SignatureError("SIGNATURE_INPUT_INVALID", `${name}: expected ${expected}`);
}
