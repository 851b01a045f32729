import { findProduct } from "../world/world.ts";
import { type Fields, warnOfUnknown } from "./answer-member.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** The plan types Apple documents; the list is open. */
const BILLING_PLAN_TYPES = new Set(["BILLED_UPFRONT", "MONTHLY"]);

/** Judges the product an answer offers to switch to. */
export function judgeAlternateProduct(
  fields: Fields,
  { request, world }: JudgeContext,
  findings: Findings,
): void {
  warnOfUnknown(fields, ["messageIdentifier", "productId", "billingPlanType"], findings);
  const { productId, billingPlanType } = fields;
  if (typeof productId === "string") {
    judgeProduct(productId, { request, world }, findings);
  } else {
    findings.break("ALTERNATE_PRODUCT_ID_MISSING");
  }
  if (billingPlanType === undefined) return;
  if (typeof billingPlanType !== "string") {
    findings.break("BILLING_PLAN_TYPE_NOT_STRING", typeof billingPlanType);
  } else if (!BILLING_PLAN_TYPES.has(billingPlanType)) {
    findings.warn("BILLING_PLAN_TYPE_UNKNOWN", billingPlanType);
  }
}

function judgeProduct(
  productId: string,
  { request, world }: Pick<JudgeContext, "request" | "world">,
  findings: Findings,
): void {
  const { definition } = world.app;
  const alternate = findProduct(definition, productId);
  if (alternate === undefined) {
    findings.break("ALTERNATE_PRODUCT_UNKNOWN", productId);
    return;
  }
  const current = findProduct(definition, request.productId);
  if (alternate.groupId !== current?.groupId) {
    findings.break("ALTERNATE_PRODUCT_OTHER_GROUP", productId);
  } else if (productId === request.productId) {
    findings.warn("ALTERNATE_PRODUCT_IS_CURRENT", productId);
  }
}
