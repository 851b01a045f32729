import { findProduct } from "../world/world.ts";
import { type Fields, isFields, warnOfUnknown } from "./answer-member.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** Standard base64, padded. */
const BASE64 = /^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?$/v;

/** Judges an Advanced Commerce change; what its JSON says is not looked at. */
export function judgeAdvancedCommerce(
  fields: Fields,
  { request, world }: JudgeContext,
  findings: Findings,
): void {
  warnOfUnknown(fields, ["messageIdentifier", "advancedCommerceData"], findings);
  if (findProduct(world.app.definition, request.productId)?.advancedCommerce !== true) {
    findings.break("ADVANCED_COMMERCE_NOT_SUBSCRIBED", request.productId);
  }
  const { advancedCommerceData } = fields;
  if (typeof advancedCommerceData !== "string" || !isBase64OfObject(advancedCommerceData)) {
    findings.break("ADVANCED_COMMERCE_DATA_MALFORMED");
  }
}

/** Tells whether `text` is standard base64 (padded). */
export function isBase64(text: string): boolean {
  return text !== "" && BASE64.test(text);
}

function isBase64OfObject(text: string): boolean {
  if (!isBase64(text)) return false;
  try {
    return isFields(JSON.parse(Buffer.from(text, "base64").toString("utf8")));
  } catch {
    return false;
  }
}
