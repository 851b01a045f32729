import type { CancelSheetView } from "../realtime/index.ts";
import { offerOf } from "../emulator/accept-shown.ts";

/** What a message comes with. */
export type ShownKind =
  | "message"
  | "alternateProduct"
  | "promotionalOffer"
  | "advancedCommerceInfo"
  | "retentionOffer";

/** What somebody sees who taps Cancel, as rules of a population's behaviour tell it. */
export interface ShownTraits {
  readonly source: "realtime" | "default" | "appStoreConnect" | "nothing";
  /** The product they have. */
  readonly productId: string;
  /** Absent when nothing is shown. */
  readonly kind?: ShownKind;
  /** Absent for App Store Connect's messages, which have none. */
  readonly messageIdentifier?: string;
  /** App Store Connect's name of its message. */
  readonly referenceName?: string;
  readonly header?: string;
  /** The offer that could be taken. */
  readonly offerIdentifier?: string;
  /** The product of that offer, or the one to go on with. */
  readonly offeredProductId?: string;
}

/** Returns what tapping Cancel on a page shows, in the words of rules. */
export function traitsOf({ shown, request }: CancelSheetView): ShownTraits {
  const { productId } = request;
  const { source } = shown;
  if (source === "nothing") return { source, productId };
  const { header } = shown.message;
  if (source === "appStoreConnect") {
    const { referenceName, retentionOffer } = shown.message;
    const about = { source, productId, referenceName, header };
    if (retentionOffer === undefined) return { ...about, kind: "message" };
    const { offerIdentifier } = retentionOffer;
    return { ...about, kind: "retentionOffer", offerIdentifier, offeredProductId: productId };
  }
  const { messageIdentifier } = shown.message;
  const about = { source, productId, messageIdentifier, header };
  if (source === "default") return { ...about, kind: "message" };
  const { response } = shown;
  if ("message" in response) return { ...about, kind: "message" };
  if ("advancedCommerceInfo" in response) return { ...about, kind: "advancedCommerceInfo" };
  if ("alternateProduct" in response) {
    const { productId: offeredProductId } = response.alternateProduct;
    return { ...about, kind: "alternateProduct", offeredProductId };
  }
  const { offerIdentifier, productId: offeredProductId } = offerOf(response.promotionalOffer);
  return { ...about, kind: "promotionalOffer", offerIdentifier, offeredProductId };
}
