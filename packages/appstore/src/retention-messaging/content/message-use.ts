/**
 * How a message is used. A message has no kind of its own at Apple: what may be in it follows from
 * what refers to it.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
 */
export type MessageUse =
  | "default"
  | "message"
  | "alternateProduct"
  | "promotionalOffer"
  | "advancedCommerceInfo";

/** The uses in which a message has no image and no bullet points, in words. */
const PLAIN_USES: Readonly<Partial<Record<MessageUse, string>>> = {
  alternateProduct: "an alternate product",
  promotionalOffer: "a promotional offer",
  // UNCONFIRMED: Apple does not say whether such a message may have an image.
  advancedCommerceInfo: "an Advanced Commerce change",
};

/** Returns the name of a use in which a message has no image and no bullet points; else undefined. */
export function plainUseName(use: MessageUse): string | undefined {
  return PLAIN_USES[use];
}
