import type { BillingPlanType, Environment } from "../../retention-messaging/index.ts";
import { checkFields } from "./check-fields.ts";
import type { FieldType, PayloadShape } from "./check-fields.ts";

/** 1 introductory, 2 promotional, 3 offer code, 4 win-back, 5 retention (WWDC26 session 309); open. */
export type OfferType = number;

/** How an offer is paid; open. */
export type OfferDiscountType =
  | "FREE_TRIAL"
  | "PAY_AS_YOU_GO"
  | "PAY_UP_FRONT"
  | "ONE_TIME"
  | (string & {});

/** Whether the subscriber bought it; open. */
export type InAppOwnershipType = "FAMILY_SHARED" | "PURCHASED" | (string & {});

/**
 * A transaction as the App Store signs it. Every field may be missing. Dates are milliseconds since
 * 1970 (with fractions from Xcode), prices thousandths of the currency's unit.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload
 */
export interface JWSTransactionDecodedPayload {
  readonly originalTransactionId?: string;
  readonly transactionId?: string;
  readonly webOrderLineItemId?: string;
  readonly bundleId?: string;
  readonly productId?: string;
  readonly subscriptionGroupIdentifier?: string;
  readonly purchaseDate?: number;
  readonly originalPurchaseDate?: number;
  readonly expiresDate?: number;
  readonly quantity?: number;
  readonly type?: string;
  readonly appAccountToken?: string;
  readonly inAppOwnershipType?: InAppOwnershipType;
  readonly signedDate?: number;
  readonly revocationReason?: number;
  readonly revocationDate?: number;
  readonly isUpgraded?: boolean;
  readonly offerType?: OfferType;
  readonly offerIdentifier?: string;
  readonly environment?: Environment;
  /** Three letters, ISO 3166-1. */
  readonly storefront?: string;
  readonly storefrontId?: string;
  readonly transactionReason?: "PURCHASE" | "RENEWAL" | (string & {});
  /** ISO 4217. */
  readonly currency?: string;
  readonly price?: number;
  readonly offerDiscountType?: OfferDiscountType;
  readonly appTransactionId?: string;
  /** ISO 8601 duration of the whole offer. */
  readonly offerPeriod?: string;
  readonly revocationType?: string;
  readonly revocationPercentage?: number;
  /** As Apple's Advanced Commerce API defines it; what is inside is not checked. */
  readonly advancedCommerceInfo?: Readonly<Record<string, unknown>>;
  readonly billingPlanType?: BillingPlanType;
  readonly commitmentInfo?: TransactionCommitmentInfo;
}

/** Where a subscription with a commitment stands. */
export interface TransactionCommitmentInfo {
  readonly billingPeriodNumber?: number;
  readonly commitmentExpiresDate?: number;
  readonly commitmentPrice?: number;
  readonly totalBillingPeriods?: number;
}

const COMMITMENT_SHAPE: PayloadShape = {
  name: "TransactionCommitmentInfo",
  required: {},
  optional: {
    billingPeriodNumber: "number",
    commitmentExpiresDate: "number",
    commitmentPrice: "number",
    totalBillingPeriods: "number",
  } satisfies Record<keyof TransactionCommitmentInfo, FieldType>,
};

const SHAPE: PayloadShape = {
  name: "JWSTransactionDecodedPayload",
  required: {},
  optional: {
    originalTransactionId: "string",
    transactionId: "string",
    webOrderLineItemId: "string",
    bundleId: "string",
    productId: "string",
    subscriptionGroupIdentifier: "string",
    purchaseDate: "number",
    originalPurchaseDate: "number",
    expiresDate: "number",
    quantity: "number",
    type: "string",
    appAccountToken: "string",
    inAppOwnershipType: "string",
    signedDate: "number",
    revocationReason: "number",
    revocationDate: "number",
    isUpgraded: "boolean",
    offerType: "number",
    offerIdentifier: "string",
    environment: "string",
    storefront: "string",
    storefrontId: "string",
    transactionReason: "string",
    currency: "string",
    price: "number",
    offerDiscountType: "string",
    appTransactionId: "string",
    offerPeriod: "string",
    revocationType: "string",
    revocationPercentage: "number",
    advancedCommerceInfo: "object",
    billingPlanType: "string",
    commitmentInfo: COMMITMENT_SHAPE,
  } satisfies Record<keyof JWSTransactionDecodedPayload, FieldType>,
};

/**
 * Reads the payload of a transaction; unknown fields are kept.
 *
 * @throws BadSignedData `PAYLOAD_INVALID`
 */
export function parseTransaction(payload: unknown): JWSTransactionDecodedPayload {
  checkFields(payload, SHAPE);
  // Every known field was just checked to be of its type.
  return payload;
}
