import type { Environment } from "../../retention-messaging/index.ts";
import { checkFields } from "./check-fields.ts";
import type { FieldType, PayloadShape } from "./check-fields.ts";

/**
 * An app's own purchase as the App Store signs it. Every field may be missing. Dates are milliseconds
 * since 1970.
 *
 * @see https://developer.apple.com/documentation/storekit/apptransaction
 */
export interface AppTransaction {
  /** The environment. */
  readonly receiptType?: Environment;
  readonly appAppleId?: number;
  readonly bundleId?: string;
  readonly applicationVersion?: string;
  readonly versionExternalIdentifier?: number;
  readonly receiptCreationDate?: number;
  readonly originalPurchaseDate?: number;
  readonly originalApplicationVersion?: string;
  readonly deviceVerification?: string;
  readonly deviceVerificationNonce?: string;
  readonly preorderDate?: number;
  readonly appTransactionId?: string;
  readonly originalPlatform?: string;
}

const SHAPE: PayloadShape = {
  name: "AppTransaction",
  required: {},
  optional: {
    receiptType: "string",
    appAppleId: "number",
    bundleId: "string",
    applicationVersion: "string",
    versionExternalIdentifier: "number",
    receiptCreationDate: "number",
    originalPurchaseDate: "number",
    originalApplicationVersion: "string",
    deviceVerification: "string",
    deviceVerificationNonce: "string",
    preorderDate: "number",
    appTransactionId: "string",
    originalPlatform: "string",
  } satisfies Record<keyof AppTransaction, FieldType>,
};

/**
 * Reads the payload of an app transaction; unknown fields are kept.
 *
 * @throws BadSignedData `PAYLOAD_INVALID`
 */
export function parseAppTransaction(payload: unknown): AppTransaction {
  checkFields(payload, SHAPE);
  // Every known field was just checked to be of its type.
  return payload;
}
