import type { BillingPlanType, Environment } from "../../retention-messaging/index.ts";
import { checkFields } from "./check-fields.ts";
import type { FieldType, PayloadShape } from "./check-fields.ts";
import type { OfferDiscountType, OfferType } from "./transaction.ts";

/**
 * What a subscription will do when it renews, as the App Store signs it. Every field may be missing.
 * Dates are milliseconds since 1970, prices thousandths of the currency's unit. It names no app.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/jwsrenewalinfodecodedpayload
 */
export interface JWSRenewalInfoDecodedPayload {
  /** 1 cancelled, 2 billing error, 3 no consent to a price increase, 4 product not available, 5 other; open. */
  readonly expirationIntent?: number;
  readonly originalTransactionId?: string;
  readonly autoRenewProductId?: string;
  readonly productId?: string;
  /** 0 off, 1 on; open. */
  readonly autoRenewStatus?: number;
  readonly isInBillingRetryPeriod?: boolean;
  readonly priceIncreaseStatus?: number;
  readonly gracePeriodExpiresDate?: number;
  readonly offerType?: OfferType;
  readonly offerIdentifier?: string;
  readonly signedDate?: number;
  readonly environment?: Environment;
  readonly recentSubscriptionStartDate?: number;
  readonly renewalDate?: number;
  /** ISO 4217. */
  readonly currency?: string;
  readonly renewalPrice?: number;
  readonly offerDiscountType?: OfferDiscountType;
  readonly eligibleWinBackOfferIds?: readonly string[];
  readonly appAccountToken?: string;
  readonly appTransactionId?: string;
  /** ISO 8601 duration of the whole offer. */
  readonly offerPeriod?: string;
  /** As Apple's Advanced Commerce API defines it; what is inside is not checked. */
  readonly advancedCommerceInfo?: Readonly<Record<string, unknown>>;
  readonly commitmentInfo?: RenewalCommitmentInfo;
  readonly renewalBillingPlanType?: BillingPlanType;
}

/** What happens when a commitment ends. */
export interface RenewalCommitmentInfo {
  readonly commitmentAutoRenewProductId?: string;
  readonly commitmentAutoRenewStatus?: number;
  readonly commitmentRenewalBillingPlanType?: BillingPlanType;
  readonly commitmentRenewalDate?: number;
  readonly commitmentRenewalPrice?: number;
}

const COMMITMENT_SHAPE: PayloadShape = {
  name: "RenewalCommitmentInfo",
  required: {},
  optional: {
    commitmentAutoRenewProductId: "string",
    commitmentAutoRenewStatus: "number",
    commitmentRenewalBillingPlanType: "string",
    commitmentRenewalDate: "number",
    commitmentRenewalPrice: "number",
  } satisfies Record<keyof RenewalCommitmentInfo, FieldType>,
};

const SHAPE: PayloadShape = {
  name: "JWSRenewalInfoDecodedPayload",
  required: {},
  optional: {
    expirationIntent: "number",
    originalTransactionId: "string",
    autoRenewProductId: "string",
    productId: "string",
    autoRenewStatus: "number",
    isInBillingRetryPeriod: "boolean",
    priceIncreaseStatus: "number",
    gracePeriodExpiresDate: "number",
    offerType: "number",
    offerIdentifier: "string",
    signedDate: "number",
    environment: "string",
    recentSubscriptionStartDate: "number",
    renewalDate: "number",
    currency: "string",
    renewalPrice: "number",
    offerDiscountType: "string",
    eligibleWinBackOfferIds: "strings",
    appAccountToken: "string",
    appTransactionId: "string",
    offerPeriod: "string",
    advancedCommerceInfo: "object",
    commitmentInfo: COMMITMENT_SHAPE,
    renewalBillingPlanType: "string",
  } satisfies Record<keyof JWSRenewalInfoDecodedPayload, FieldType>,
};

/**
 * Reads the payload of renewal info; unknown fields are kept.
 *
 * @throws BadSignedData `PAYLOAD_INVALID`
 */
export function parseRenewalInfo(payload: unknown): JWSRenewalInfoDecodedPayload {
  checkFields(payload, SHAPE);
  // Every known field was just checked to be of its type.
  return payload;
}
