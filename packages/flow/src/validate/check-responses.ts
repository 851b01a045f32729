import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import { checkProduct } from "./check-attribute-value.ts";
import type { PlacedResponse, Validation } from "./validation.ts";

const BILLING_PLANS = ["BILLED_UPFRONT", "MONTHLY"];

/** Checks offers and alternate products against the catalog. */
export function checkResponses(validation: Validation): void {
  for (const placed of validation.responses) {
    checkSwitches(validation, placed);
    checkOffers(validation, placed);
  }
}

function checkSwitches(validation: Validation, { response, path }: PlacedResponse): void {
  const products = response.alternateProduct?.products ?? {};
  for (const [current, written] of Object.entries(products)) {
    const place = [...path, "alternateProduct", "products", current];
    const isShort = typeof written === "string";
    const target = isShort ? { product: written } : written;
    const targetPath = isShort ? place : [...place, "product"];
    const isCurrentKnown = checkMapKey(validation, current, place);
    const isTargetKnown = checkProduct(validation, target.product, targetPath);
    if (isCurrentKnown && isTargetKnown) {
      checkSwitch(validation, { current, path: targetPath, ...target });
    }
    checkBillingPlan(validation, target.billingPlanType, [...place, "billingPlanType"]);
  }
}

interface Switch {
  readonly current: string;
  readonly product: string;
  readonly billingPlanType?: string | undefined;
  readonly path: FlowPath;
}

function checkSwitch(validation: Validation, target: Switch): void {
  const { current, product, billingPlanType, path } = target;
  if (product === current && billingPlanType === undefined) {
    const message = `${current} would switch to itself; name another product, or a billingPlanType`;
    validation.report({ code: "SWITCH_TO_SAME_PRODUCT", message, path });
  }
  const from = validation.products.get(current)?.subscriptionGroup;
  const to = validation.products.get(product)?.subscriptionGroup;
  if (from === to) return;
  const inGroup = [...validation.products.values()]
    .filter(
      ({ subscriptionGroup, productId }) => subscriptionGroup === from && productId !== current,
    )
    .map(({ productId }) => productId);
  const choice = inGroup.length === 0 ? "" : `; in ${from} there is ${inGroup.join(", ")}`;
  const message = `${product} is in the subscription group ${to}, ${current} in ${from}${choice}`;
  validation.report({ code: "SWITCH_OUTSIDE_GROUP", message, path });
}

function checkBillingPlan(validation: Validation, plan: string | undefined, path: FlowPath): void {
  if (plan === undefined || BILLING_PLANS.includes(plan)) return;
  const message = `Apple's billing plans are ${BILLING_PLANS.join(" and ")}, not "${plan}"${didYouMean(plan, BILLING_PLANS)}`;
  validation.report({ code: "BILLING_PLAN_UNKNOWN", message, path, severity: "warning" });
}

function checkOffers(validation: Validation, { response, path }: PlacedResponse): void {
  const offers = response.promotionalOffer?.offers ?? {};
  for (const [current, written] of Object.entries(offers)) {
    const place = [...path, "promotionalOffer", "offers", current];
    const isShort = typeof written === "string";
    const product = isShort ? current : written.product;
    const offer = isShort ? written : written.offer;
    checkMapKey(validation, current, place);
    if (!isShort) checkProduct(validation, product, [...place, "product"]);
    checkOffer(validation, { product, offer, path: isShort ? place : [...place, "offer"] });
  }
}

function checkMapKey(validation: Validation, productId: string, path: FlowPath): boolean {
  const { catalog, products } = validation;
  if (catalog === undefined || products.has(productId)) return true;
  const message = `there is no product "${productId}"${didYouMean(productId, products.keys())}`;
  validation.report({ code: "UNKNOWN_PRODUCT", message, path, at: "key" });
  return false;
}

interface NamedOffer {
  readonly product: string;
  readonly offer: string;
  readonly path: FlowPath;
}

function checkOffer(validation: Validation, { product, offer, path }: NamedOffer): void {
  const own = validation.products.get(product);
  if (own === undefined) return;
  const ofProduct = own.promotionalOffers.map(({ offerIdentifier }) => offerIdentifier);
  if (ofProduct.includes(offer)) return;
  const others = [...validation.products.values()]
    .filter(({ promotionalOffers }) =>
      promotionalOffers.some(({ offerIdentifier }) => offerIdentifier === offer),
    )
    .map(({ productId }) => productId);
  if (others.length > 0) {
    const message = `the offer ${offer} belongs to ${others.join(", ")}, not to ${product}; write { product: ${others[0]}, offer: ${offer} } to make it`;
    validation.report({ code: "OFFER_NOT_FOR_PRODUCT", message, path });
    return;
  }
  const message = `${product} has no promotional offer "${offer}"${didYouMean(offer, ofProduct)}`;
  validation.report({ code: "UNKNOWN_OFFER", message, path });
}
