import { verify } from "node:crypto";
import { isLowercaseUuid } from "../world/limits.ts";
import { isBase64 } from "./advanced-commerce-rules.ts";
import { type Fields, warnOfUnknown } from "./answer-member.ts";
import type { SignedOffer } from "./signed-offer.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** Stands between the parts that are signed: INVISIBLE SEPARATOR. */
const SEPARATOR = "\u{2063}";
/** A V1 signature is good for a day from its timestamp. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
/** How far ahead of ours a signer's clock may be; ours, for Apple documents none. */
const FUTURE_SKEW_MS = 5 * 60 * 1000;
/** An ECDSA signature in DER is a SEQUENCE. */
const DER_SEQUENCE = 0x30;

const KNOWN = [
  "encodedSignature",
  "productId",
  "nonce",
  "timestamp",
  "keyId",
  "offerIdentifier",
  "appAccountToken",
];

/**
 * Judges a V1 signature over the parts joined by U+2063. Returns the offer it signs, or `undefined`
 * when there is no trusting what it says.
 *
 * @see https://developer.apple.com/documentation/storekit/generating-a-signature-for-promotional-offers
 */
export function judgeSignatureV1(
  fields: Fields,
  { world, now }: JudgeContext,
  findings: Findings,
): SignedOffer | undefined {
  warnOfUnknown(fields, KNOWN, findings);
  const { encodedSignature, productId, nonce, timestamp, keyId, offerIdentifier } = fields;
  const { appAccountToken = "" } = fields;
  if (
    typeof encodedSignature !== "string" ||
    typeof productId !== "string" ||
    typeof nonce !== "string" ||
    typeof timestamp !== "number" ||
    typeof keyId !== "string" ||
    typeof offerIdentifier !== "string" ||
    typeof appAccountToken !== "string"
  ) {
    findings.break("OFFER_SIGNATURE_MALFORMED", "a member of V1 missing or of another type");
    return undefined;
  }
  if (!isLowercaseUuid(nonce)) findings.break("OFFER_NONCE_NOT_UUID");
  if (appAccountToken !== "" && !isLowercaseUuid(appAccountToken)) {
    findings.break("OFFER_ACCOUNT_TOKEN_NOT_LOWERCASE_UUID");
  }
  if (timestamp > now + FUTURE_SKEW_MS || timestamp < now - MAX_AGE_MS) {
    findings.break("OFFER_TIME_IMPLAUSIBLE");
  }
  const key = world.app.keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) {
    findings.break("OFFER_KEY_UNKNOWN", keyId);
    return undefined;
  }
  const signature = Buffer.from(encodedSignature, "base64");
  if (!isBase64(encodedSignature) || signature[0] !== DER_SEQUENCE) {
    findings.break("OFFER_SIGNATURE_MALFORMED", "encodedSignature that is no base64 of DER");
    return undefined;
  }
  const signed = [
    world.app.definition.bundleId,
    keyId,
    productId,
    offerIdentifier,
    appAccountToken,
    nonce,
    String(timestamp),
  ].join(SEPARATOR);
  if (!verify("sha256", Buffer.from(signed, "utf8"), key.publicKey, signature)) {
    findings.break("OFFER_SIGNATURE_WRONG");
    return undefined;
  }
  return { productId, offerIdentifier, nonce };
}
