import { emulatorError } from "../errors/index.ts";
import type {
  ExpirationReason,
  OfferKind,
  SubscriptionAction,
} from "../world/subscriptions/index.ts";
import type { NewSubscriber } from "../world/index.ts";
import { type Fields, oneOf, stringOf } from "./control-input.ts";

const OFFER_KINDS = ["promotional", "offerCode", "winBack", "retention"] as const satisfies Exclude<
  OfferKind,
  "introductory"
>[];

const EXPIRATION_REASONS = [
  "VOLUNTARY",
  "BILLING_RETRY",
  "PRICE_INCREASE",
  "PRODUCT_NOT_FOR_SALE",
] as const satisfies ExpirationReason[];

/** How each event in an address is read, with what its body says. */
const ACTIONS: Readonly<Record<string, (fields: Fields) => SubscriptionAction>> = {
  cancel: () => ({ type: "cancel" }),
  resume: () => ({ type: "resume" }),
  renew: () => ({ type: "renew" }),
  revoke: () => ({ type: "revoke" }),
  "fail-payment": ({ gracePeriod }) => ({ type: "failPayment", ...graceOf(gracePeriod) }),
  "end-grace-period": () => ({ type: "endGracePeriod" }),
  "change-plan": (fields) => ({ type: "changePlan", productId: stringOf(fields, "productId") }),
  resubscribe: (fields) => ({ type: "resubscribe", ...productIdOf(fields) }),
  "redeem-offer": (fields) => ({
    type: "redeemOffer",
    offerIdentifier: stringOf(fields, "offerIdentifier"),
    ...productIdOf(fields),
    ...(fields["kind"] === undefined ? {} : { kind: oneOf(OFFER_KINDS, fields["kind"], "kind") }),
  }),
  expire: ({ reason }) => ({
    type: "expire",
    ...(reason === undefined ? {} : { reason: oneOf(EXPIRATION_REASONS, reason, "reason") }),
  }),
  "fail-to-renew": ({ gracePeriod }) => ({ type: "failToRenew", ...graceOf(gracePeriod) }),
  refund: ({ percent, reason }) => ({
    type: "refund",
    ...(percent === undefined ? {} : { percent: Number(percent) }),
    ...(reason === undefined ? {} : { reason: oneOf([0, 1] as const, reason, "reason") }),
  }),
};

/**
 * Returns what an event in an address, like `redeem-offer`, and its body ask for. Throws
 * `PATH_UNKNOWN` for an event there is not, `INPUT_INVALID`.
 */
export function parseSubscriptionAction(event: string, fields: Fields): SubscriptionAction {
  const parse = Object.hasOwn(ACTIONS, event) ? ACTIONS[event] : undefined;
  if (parse === undefined) {
    const known = Object.keys(ACTIONS).join(", ");
    throw emulatorError("PATH_UNKNOWN", `there is no event ${event}; there are ${known}`);
  }
  return parse(fields);
}

/** Returns who subscribes; throws `INPUT_INVALID`. */
export function parseNewSubscriber(fields: Fields): NewSubscriber {
  const { originalTransactionId, appAccountToken, introductoryOffer } = fields;
  if (introductoryOffer !== undefined && typeof introductoryOffer !== "boolean") {
    throw emulatorError("INPUT_INVALID", "expected introductoryOffer to be true or false");
  }
  return {
    productId: stringOf(fields, "productId"),
    locale: stringOf(fields, "locale"),
    storefront: stringOf(fields, "storefront"),
    ...(originalTransactionId === undefined
      ? {}
      : { originalTransactionId: stringOf(fields, "originalTransactionId") }),
    ...(appAccountToken === undefined
      ? {}
      : { appAccountToken: stringOf(fields, "appAccountToken") }),
    ...(introductoryOffer === undefined ? {} : { introductoryOffer }),
  };
}

function graceOf(gracePeriod: unknown): { readonly gracePeriod?: boolean } {
  if (gracePeriod === undefined) return {};
  if (typeof gracePeriod === "boolean") return { gracePeriod };
  throw emulatorError("INPUT_INVALID", "expected gracePeriod to be true or false");
}

function productIdOf(fields: Fields): { readonly productId?: string } {
  return fields["productId"] === undefined ? {} : { productId: stringOf(fields, "productId") };
}
