/**
 * The real-time exchange: what the App Store posts to our URL and what we answer.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/realtimerequestbody
 */

/** Apple's environments as Apple spells them; open, for Apple may add some. */
export type Environment = "Sandbox" | "Production" | "Xcode" | "LocalTesting" | (string & {});

/** The body of the App Store's POST. */
export interface RealtimeRequestBody {
  /** A compact JWS of three base64url parts. */
  readonly signedPayload: string;
}

/** The payload inside a real-time request; fields Apple adds later are kept. */
export interface DecodedRealtimeRequestBody {
  /** The subscription. */
  readonly originalTransactionId: string;
  /** The app's id in the App Store. */
  readonly appAppleId: number;
  /** The product the subscriber has now. */
  readonly productId: string;
  /** The device's locale, like `en-US`. */
  readonly userLocale: string;
  /** A UUID, unique to this request. */
  readonly requestIdentifier: string;
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  readonly signedDate: number;
}

/** Which plan of an alternate product is offered. */
export type BillingPlanType = "BILLED_UPFRONT" | "MONTHLY" | (string & {});

/** A text-based message, configured and approved beforehand. */
export interface RealtimeMessage {
  /** A lowercase UUID. */
  readonly messageIdentifier: string;
}

/** Another plan of the same subscription group. */
export interface AlternateProduct extends RealtimeMessage {
  readonly productId: string;
  readonly billingPlanType?: BillingPlanType;
}

/** The older form of a promotional offer's signature. */
export interface PromotionalOfferSignatureV1 {
  /** ECDSA-SHA256, DER, base64. */
  readonly encodedSignature: string;
  readonly productId: string;
  /** A lowercase UUID, used once. */
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly keyId: string;
  readonly offerIdentifier: string;
  /** A lowercase UUID. */
  readonly appAccountToken?: string;
}

/** A promotional offer with exactly one of the two signatures. */
export type PromotionalOffer = RealtimeMessage &
  (
    | { readonly promotionalOfferSignatureV2: string; readonly promotionalOfferSignatureV1?: never }
    | {
        readonly promotionalOfferSignatureV1: PromotionalOfferSignatureV1;
        readonly promotionalOfferSignatureV2?: never;
      }
  );

/** A change for a subscription that uses the Advanced Commerce API. */
export interface AdvancedCommerceInfo extends RealtimeMessage {
  /** Base64 of the request's JSON. */
  readonly advancedCommerceData: string;
}

/** Our answer: exactly one member, absent members absent. */
export type RealtimeResponseBody =
  | { readonly message: RealtimeMessage }
  | { readonly alternateProduct: AlternateProduct }
  | { readonly promotionalOffer: PromotionalOffer }
  | { readonly advancedCommerceInfo: AdvancedCommerceInfo };

/** How long the App Store waits for an answer in production. */
export const REALTIME_RESPONSE_TIMEOUT_MS = 700;
