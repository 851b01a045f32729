import type {
  SnapshotAdvancedCommerce,
  SnapshotAlternateProduct,
  SnapshotPromotionalOffer,
  SnapshotResponse,
} from "../snapshot/snapshot.ts";
import type { Deviation, ResolvedResponse, Stops } from "./decision.ts";
import type { PreparedSnapshot } from "./prepared-snapshot.ts";
import { resolveText } from "./resolve-text.ts";
import type { ResolvedText } from "./resolve-text.ts";
import type { Subject } from "./subject.ts";

/** What one response comes to for one subject. */
export interface Resolution {
  /** What the flow says; `undefined` when it cannot be resolved. */
  readonly assigned: ResolvedResponse | undefined;
  /** What may be sent; `undefined` when it is stopped or cannot be resolved. */
  readonly deliverable: ResolvedResponse | undefined;
  /** Why `deliverable` is not `assigned`. */
  readonly deviation?: Deviation;
}

/** A response's own part: everything but the text. */
type Draft =
  | { readonly kind: "message" }
  | {
      readonly kind: "alternateProduct";
      readonly productId: string;
      readonly billingPlanType?: string;
    }
  | {
      readonly kind: "promotionalOffer";
      readonly productId: string;
      readonly offerIdentifier: string;
      readonly signature: "v1" | "v2";
    }
  | { readonly kind: "advancedCommerceInfo"; readonly request: Readonly<Record<string, unknown>> };

/** Resolves a response for a subject: names to identifiers, stops applied; fallbacks aside. */
export function resolveResponse(
  prepared: PreparedSnapshot,
  response: SnapshotResponse,
  { subject, stops }: { readonly subject: Subject; readonly stops: Stops },
): Resolution {
  if (response.kind === "deferToApple") {
    const deferred: ResolvedResponse = { kind: "deferToApple" };
    return { assigned: deferred, deliverable: deferred };
  }
  const draft = draftOf(response, subject.productId);
  if (draft === undefined) return unresolved("offerNotForProduct");
  const { userLocale } = subject;
  const text = resolveText(prepared, response.message, { userLocale });
  if (text === undefined) return unresolved("noApprovedText");
  const assigned = withText(draft, text);
  const stopped = offerStop(draft, stops);
  if (stopped !== undefined) return { assigned, deliverable: undefined, deviation: stopped };
  const rejected = stops.rejectedMessages;
  if (!rejected.has(text.messageIdentifier)) return { assigned, deliverable: assigned };
  const other = resolveText(prepared, response.message, { userLocale, rejected });
  return {
    assigned,
    deliverable: other === undefined ? undefined : withText(draft, other),
    deviation: "messageRejected",
  };
}

function unresolved(deviation: Deviation): Resolution {
  return { assigned: undefined, deliverable: undefined, deviation };
}

function draftOf(
  response: Exclude<SnapshotResponse, { kind: "deferToApple" }>,
  productId: string,
): Draft | undefined {
  switch (response.kind) {
    case "message":
      return { kind: "message" };
    case "alternateProduct":
      return draftSwitch(response, productId);
    case "promotionalOffer":
      return draftOffer(response, productId);
    default:
      return draftAdvancedCommerce(response);
  }
}

function draftSwitch({ products }: SnapshotAlternateProduct, current: string): Draft | undefined {
  const target = Object.hasOwn(products, current) ? products[current] : undefined;
  if (target === undefined) return undefined;
  const { product: productId, billingPlanType } = target;
  return billingPlanType === undefined
    ? { kind: "alternateProduct", productId }
    : { kind: "alternateProduct", productId, billingPlanType };
}

function draftOffer(response: SnapshotPromotionalOffer, current: string): Draft | undefined {
  const { offers, signature } = response;
  const target = Object.hasOwn(offers, current) ? offers[current] : undefined;
  if (target === undefined) return undefined;
  const { product: productId, offer: offerIdentifier } = target;
  return { kind: "promotionalOffer", productId, offerIdentifier, signature };
}

function draftAdvancedCommerce({ request }: SnapshotAdvancedCommerce): Draft {
  return { kind: "advancedCommerceInfo", request };
}

function withText(draft: Draft, text: ResolvedText): ResolvedResponse {
  return { ...draft, ...text };
}

/** An Advanced Commerce request can carry an offer, so pausing offers stops it too. */
function offerStop(draft: Draft, stops: Stops): Deviation | undefined {
  if (draft.kind === "advancedCommerceInfo") return stops.offersPaused ? "offersPaused" : undefined;
  if (draft.kind !== "promotionalOffer") return undefined;
  if (stops.offersPaused) return "offersPaused";
  const offer = `${draft.productId}/${draft.offerIdentifier}`;
  return stops.stoppedOffers.has(offer) ? "offerStopped" : undefined;
}
