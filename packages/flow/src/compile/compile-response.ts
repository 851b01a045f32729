import type { FlowResponse } from "../document/response-schema.ts";
import type {
  SnapshotOfferTarget,
  SnapshotPlainMessage,
  SnapshotResponse,
  SnapshotSwitchTarget,
} from "../snapshot/snapshot.ts";

/** Which of Apple's signatures an offer gets when the document does not say: the newer one. */
const DEFAULT_SIGNATURE = "v2";

/** Compiles a response: short forms are spelled out. The schema sees to it that there is one. */
export function compileResponse(response: FlowResponse): SnapshotResponse {
  const { message, alternateProduct, promotionalOffer, advancedCommerceInfo } = response;
  const fallback =
    response.fallback === undefined ? {} : { fallback: plainMessage(response.fallback.message) };
  if (message !== undefined) return { ...plainMessage(message), ...fallback };
  if (alternateProduct !== undefined) {
    return {
      kind: "alternateProduct",
      message: alternateProduct.message,
      products: mapValues(alternateProduct.products, switchTarget),
      ...fallback,
    };
  }
  if (promotionalOffer !== undefined) {
    return {
      kind: "promotionalOffer",
      message: promotionalOffer.message,
      signature: promotionalOffer.signature ?? DEFAULT_SIGNATURE,
      offers: mapValues(promotionalOffer.offers, offerTarget),
      ...fallback,
    };
  }
  if (advancedCommerceInfo === undefined) return { kind: "deferToApple" };
  return { kind: "advancedCommerceInfo", ...advancedCommerceInfo, ...fallback };
}

/** Returns a reference to a plain message. */
export function plainMessage(message: string): SnapshotPlainMessage {
  return { kind: "message", message };
}

type WrittenSwitch = string | { product: string; billingPlanType?: string | undefined };

function switchTarget(written: WrittenSwitch): SnapshotSwitchTarget {
  if (typeof written === "string") return { product: written };
  const { product, billingPlanType } = written;
  return billingPlanType === undefined ? { product } : { product, billingPlanType };
}

type WrittenOffer = string | { product: string; offer: string };

function offerTarget(written: WrittenOffer, current: string): SnapshotOfferTarget {
  return typeof written === "string" ? { product: current, offer: written } : { ...written };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
