import { compactVerify, decodeProtectedHeader, type ProtectedHeaderParameters } from "jose";
import type { InAppPurchaseKey } from "../world/world.ts";
import { type Fields, isFields } from "./answer-member.ts";
import type { SignedOffer } from "./signed-offer.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** How far ahead of ours a signer's clock may be; ours, for Apple documents none. */
const FUTURE_SKEW_SECONDS = 5 * 60;
/** How old a signature may be. Its life at Apple is UNCONFIRMED; V1's is a day, so that is taken. */
const MAX_AGE_SECONDS = 24 * 60 * 60;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iv;

/**
 * Judges a V2 signature: header, signature by the key its `kid` names, claims. Returns the offer it
 * signs, or `undefined` when there is no trusting what it says.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/promotionaloffersignaturev2
 */
export async function judgeSignatureV2(
  jws: string,
  context: JudgeContext,
  findings: Findings,
): Promise<SignedOffer | undefined> {
  const header = readHeader(jws);
  if (header === undefined) {
    findings.break("OFFER_SIGNATURE_MALFORMED", "no compact JWS");
    return undefined;
  }
  if (header.typ === undefined) findings.warn("OFFER_TYPE_MISSING");
  else if (header.typ !== "JWT") findings.break("OFFER_TYPE_NOT_JWT", header.typ);
  if (header.alg !== "ES256") {
    findings.break("OFFER_ALGORITHM_NOT_ES256", header.alg ?? "none");
    return undefined;
  }
  const key = context.world.app.keys.find(({ keyId }) => keyId === header.kid);
  if (key === undefined) {
    findings.break("OFFER_KEY_UNKNOWN", header.kid ?? "no kid");
    return undefined;
  }
  const claims = await verify(jws, key, findings);
  return claims === undefined ? undefined : judgeClaims(claims, context, findings);
}

function readHeader(jws: string): ProtectedHeaderParameters | undefined {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return undefined;
  }
}

async function verify(
  jws: string,
  { publicKey }: InAppPurchaseKey,
  findings: Findings,
): Promise<Fields | undefined> {
  try {
    const { payload } = await compactVerify(jws, publicKey, { algorithms: ["ES256"] });
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    if (isFields(claims)) return claims;
    findings.break("OFFER_SIGNATURE_MALFORMED", "claims that are no object");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      findings.break("OFFER_SIGNATURE_MALFORMED", "claims that are no JSON");
    } else {
      findings.break("OFFER_SIGNATURE_WRONG");
    }
  }
  return undefined;
}

function judgeClaims(
  claims: Fields,
  { request, world, now }: JudgeContext,
  findings: Findings,
): SignedOffer | undefined {
  const { bundleId, issuerId } = world.app.definition;
  const { aud, iss, bid, iat, nonce, productId, offerIdentifier, transactionId } = claims;
  if (aud !== "promotional-offer") findings.break("OFFER_AUDIENCE_WRONG");
  if (iss !== issuerId) findings.break("OFFER_ISSUER_WRONG");
  if (bid !== bundleId) findings.break("OFFER_BUNDLE_WRONG");
  if (!isPlausible(iat, now / 1000)) findings.break("OFFER_TIME_IMPLAUSIBLE");
  if (transactionId !== request.originalTransactionId) findings.break("OFFER_TRANSACTION_WRONG");
  if (claims["exp"] !== undefined) findings.warn("OFFER_EXPIRES");
  if (typeof nonce !== "string" || !UUID.test(nonce)) {
    findings.break("OFFER_NONCE_NOT_UUID");
    return undefined;
  }
  if (typeof productId !== "string" || typeof offerIdentifier !== "string") {
    findings.break("OFFER_SIGNATURE_MALFORMED", "no productId or no offerIdentifier");
    return undefined;
  }
  return { productId, offerIdentifier, nonce };
}

/** Seconds, and not milliseconds by mistake: those are far in the future. */
function isPlausible(iat: unknown, nowSeconds: number): boolean {
  return (
    typeof iat === "number" &&
    iat <= nowSeconds + FUTURE_SKEW_SECONDS &&
    iat >= nowSeconds - MAX_AGE_SECONDS
  );
}
