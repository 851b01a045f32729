import type { Environment } from "../../retention-messaging/index.ts";
import { BadSignedData } from "../signed-data-error.ts";
import { checkFields } from "./check-fields.ts";
import type { FieldType, PayloadShape } from "./check-fields.ts";

/**
 * An App Store Server Notification, version 2. It has one of `data`, `summary`, `externalPurchaseToken`
 * and `appData`. Dates are milliseconds since 1970.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2decodedpayload
 */
export interface ResponseBodyV2DecodedPayload {
  /** Like `DID_CHANGE_RENEWAL_STATUS`; open. */
  readonly notificationType: string;
  /** Like `AUTO_RENEW_DISABLED`; open. */
  readonly subtype?: string;
  /** The same for each repetition of one notification. */
  readonly notificationUUID: string;
  readonly data?: NotificationData;
  readonly summary?: NotificationSummary;
  readonly externalPurchaseToken?: ExternalPurchaseToken;
  readonly appData?: NotificationAppData;
  readonly version?: string;
  readonly signedDate: number;
}

/** What a notification is about. */
export interface NotificationData {
  readonly environment?: Environment;
  readonly appAppleId?: number;
  readonly bundleId?: string;
  readonly bundleVersion?: string;
  /** A compact JWS: see `verifyTransaction`. */
  readonly signedTransactionInfo?: string;
  /** A compact JWS: see `verifyRenewalInfo`. */
  readonly signedRenewalInfo?: string;
  /** 1 active, 2 expired, 3 billing retry, 4 grace period, 5 revoked; open. */
  readonly status?: number;
  readonly consumptionRequestReason?: string;
}

/** How an extension of many renewal dates went. */
export interface NotificationSummary {
  readonly environment?: Environment;
  readonly appAppleId?: number;
  readonly bundleId?: string;
  readonly productId?: string;
  readonly requestIdentifier?: string;
  readonly storefrontCountryCodes?: readonly string[];
  readonly succeededCount?: number;
  readonly failedCount?: number;
}

/** A token for purchases made outside the App Store. */
export interface ExternalPurchaseToken {
  /** Begins with `SANDBOX` in the sandbox: this notification names no environment. */
  readonly externalPurchaseId?: string;
  readonly tokenCreationDate?: number;
  readonly appAppleId?: number;
  readonly bundleId?: string;
}

/** What a notification about an app transaction is about. */
export interface NotificationAppData {
  readonly environment?: Environment;
  readonly appAppleId?: number;
  readonly bundleId?: string;
  /** A compact JWS: see `verifyAppTransaction`. */
  readonly signedAppTransactionInfo?: string;
}

const COMMON = { environment: "string", appAppleId: "number", bundleId: "string" } as const;

const DATA_SHAPE: PayloadShape = {
  name: "Data",
  required: {},
  optional: {
    ...COMMON,
    bundleVersion: "string",
    signedTransactionInfo: "string",
    signedRenewalInfo: "string",
    status: "number",
    consumptionRequestReason: "string",
  } satisfies Record<keyof NotificationData, FieldType>,
};

const SUMMARY_SHAPE: PayloadShape = {
  name: "Summary",
  required: {},
  optional: {
    ...COMMON,
    productId: "string",
    requestIdentifier: "string",
    storefrontCountryCodes: "strings",
    succeededCount: "number",
    failedCount: "number",
  } satisfies Record<keyof NotificationSummary, FieldType>,
};

const EXTERNAL_PURCHASE_TOKEN_SHAPE: PayloadShape = {
  name: "ExternalPurchaseToken",
  required: {},
  optional: {
    externalPurchaseId: "string",
    tokenCreationDate: "number",
    appAppleId: "number",
    bundleId: "string",
  } satisfies Record<keyof ExternalPurchaseToken, FieldType>,
};

const APP_DATA_SHAPE: PayloadShape = {
  name: "AppData",
  required: {},
  optional: { ...COMMON, signedAppTransactionInfo: "string" } satisfies Record<
    keyof NotificationAppData,
    FieldType
  >,
};

const SHAPE: PayloadShape = {
  name: "ResponseBodyV2DecodedPayload",
  required: { notificationType: "string", notificationUUID: "string", signedDate: "number" },
  optional: {
    subtype: "string",
    data: DATA_SHAPE,
    summary: SUMMARY_SHAPE,
    externalPurchaseToken: EXTERNAL_PURCHASE_TOKEN_SHAPE,
    appData: APP_DATA_SHAPE,
    version: "string",
  },
};

/**
 * Reads the payload of a notification; unknown types, subtypes and fields are kept.
 *
 * Not yet checked: the signed data inside it.
 *
 * @throws BadSignedData `PAYLOAD_INVALID`
 */
export function parseNotification(payload: unknown): ResponseBodyV2DecodedPayload {
  checkFields(payload, SHAPE);
  // Every known field was just checked to be of its type.
  return payload as unknown as ResponseBodyV2DecodedPayload;
}

/**
 * Returns the app and environment a notification is for, wherever it names them.
 *
 * @throws BadSignedData `PAYLOAD_INVALID` when it has none of the four parts
 */
export function addresseeOf(notification: ResponseBodyV2DecodedPayload): {
  readonly environment?: Environment | undefined;
  readonly appAppleId?: number | undefined;
  readonly bundleId?: string | undefined;
} {
  const { data, summary, appData, externalPurchaseToken } = notification;
  const part = data ?? summary ?? appData;
  if (part !== undefined) return part;
  if (externalPurchaseToken === undefined) {
    const message =
      "ResponseBodyV2DecodedPayload: expected data, summary, appData or externalPurchaseToken";
    throw new BadSignedData("PAYLOAD_INVALID", message);
  }
  const isSandbox = externalPurchaseToken.externalPurchaseId?.startsWith("SANDBOX") === true;
  return { ...externalPurchaseToken, environment: isSandbox ? "Sandbox" : "Production" };
}
