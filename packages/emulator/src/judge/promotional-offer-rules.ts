import { findProduct } from "../world/world.ts";
import { type Fields, isFields, warnOfUnknown } from "./answer-member.ts";
import { judgeSignatureV1 } from "./offer-signature-v1.ts";
import { judgeSignatureV2 } from "./offer-signature-v2.ts";
import type { SignedOffer } from "./signed-offer.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** Judges a promotional offer; returns its nonce, when there is one to remember. */
export async function judgePromotionalOffer(
  fields: Fields,
  context: JudgeContext,
  findings: Findings,
): Promise<string | undefined> {
  const { promotionalOfferSignatureV2: v2, promotionalOfferSignatureV1: v1 } = fields;
  warnOfUnknown(
    fields,
    ["messageIdentifier", "promotionalOfferSignatureV2", "promotionalOfferSignatureV1"],
    findings,
  );
  if ((v2 === undefined) === (v1 === undefined)) {
    findings.break("OFFER_SIGNATURES_NOT_ONE", v2 === undefined ? "neither" : "both");
    return undefined;
  }
  const offer = await judgeSignature(v2, v1, context, findings);
  if (offer === undefined) return undefined;
  judgeOffer(offer, context, findings);
  if (context.isNonceUsed(offer.nonce.toLowerCase())) findings.break("OFFER_NONCE_REUSED");
  return offer.nonce.toLowerCase();
}

async function judgeSignature(
  v2: unknown,
  v1: unknown,
  context: JudgeContext,
  findings: Findings,
): Promise<SignedOffer | undefined> {
  if (typeof v2 === "string") return judgeSignatureV2(v2, context, findings);
  if (isFields(v1)) return judgeSignatureV1(v1, context, findings);
  findings.break("OFFER_SIGNATURE_MALFORMED", v2 === undefined ? "no object" : "no string");
  return undefined;
}

function judgeOffer(
  { productId, offerIdentifier }: SignedOffer,
  { request, world }: JudgeContext,
  findings: Findings,
): void {
  const { definition } = world.app;
  const product = findProduct(definition, productId);
  if (product === undefined) {
    findings.break("OFFER_PRODUCT_UNKNOWN", productId);
    return;
  }
  const hasOffer = definition.offers.some(
    (offer) => offer.productId === productId && offer.offerIdentifier === offerIdentifier,
  );
  if (!hasOffer) findings.break("OFFER_UNKNOWN", `${offerIdentifier} of ${productId}`);
  if (product.groupId !== findProduct(definition, request.productId)?.groupId) {
    findings.warn("OFFER_OTHER_GROUP", productId);
  }
}
