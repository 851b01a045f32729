import type { DecodedRealtimeRequestBody, Environment } from "../retention-messaging/index.ts";
import { parseSignedData } from "./parse-signed-data.ts";
import type { UnverifiedSignedData } from "./parse-signed-data.ts";
import { parseAppTransaction } from "./payloads/app-transaction.ts";
import type { AppTransaction } from "./payloads/app-transaction.ts";
import { addresseeOf, parseNotification } from "./payloads/notification.ts";
import type { ResponseBodyV2DecodedPayload } from "./payloads/notification.ts";
import { parseDecodedRealtimeRequest } from "./payloads/realtime-request.ts";
import { parseRenewalInfo } from "./payloads/renewal-info.ts";
import type { JWSRenewalInfoDecodedPayload } from "./payloads/renewal-info.ts";
import { parseTransaction } from "./payloads/transaction.ts";
import type { JWSTransactionDecodedPayload } from "./payloads/transaction.ts";
import { RefusedSignedData } from "./signed-data-error.ts";
import type { SignedDataVerifier } from "./signed-data-verifier.ts";
import type { TrustStore } from "./trust-store.ts";
import type { RevocationLookup } from "./verification-policy.ts";

/** What all signed data is held against. */
export interface Expectations {
  readonly trust: TrustStore;
  readonly environment: Environment;
  readonly revocations?: RevocationLookup;
  /**
   * Accepts data of the environments `Xcode` and `LocalTesting`, which Apple does not sign, without
   * verifying anything. For tests of apps; never for a server that people can reach.
   */
  readonly allowUnsigned?: boolean;
}

/** A compact JWS, or what {@link parseSignedData} made of it. */
export type SignedData = string | UnverifiedSignedData;

/**
 * Verifies a real-time request: certificates valid now, appAppleId always checked, in the sandbox too,
 * as Apple's documentation asks (Apple's own library leaves that out).
 *
 * Not checked here: how old it is, whether it was seen before.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyRealtimeRequest(
  verifier: SignedDataVerifier,
  signed: SignedData,
  expected: Expectations & { readonly appAppleId: number },
): Promise<DecodedRealtimeRequestBody> {
  const data = parsed(signed);
  const request = parseDecodedRealtimeRequest(data.payload);
  await verifySignature(verifier, data, expected, {
    environment: request.environment,
    validAt: verifier.now(),
  });
  checkEnvironment(request.environment, expected);
  checkApp(request.appAppleId, expected.appAppleId, "appAppleId");
  return request;
}

/**
 * Verifies a notification, version 2: certificates valid at its signedDate, bundle id always checked,
 * appAppleId where it is given and named (the sandbox leaves it out).
 *
 * Not checked here: the signed transaction and renewal info inside, whether it was seen before.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyNotification(
  verifier: SignedDataVerifier,
  signed: SignedData,
  expected: Expectations & { readonly bundleId: string; readonly appAppleId?: number },
): Promise<ResponseBodyV2DecodedPayload> {
  const data = parsed(signed);
  const notification = parseNotification(data.payload);
  const { environment, bundleId, appAppleId } = addresseeOf(notification);
  const validAt = notification.signedDate;
  await verifySignature(verifier, data, expected, { environment, validAt });
  checkEnvironment(environment, expected);
  checkApp(bundleId, expected.bundleId, "bundleId");
  checkAppleId(appAppleId, expected);
  return notification;
}

/**
 * Verifies a transaction: certificates valid at its signedDate, bundle id checked.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyTransaction(
  verifier: SignedDataVerifier,
  signed: SignedData,
  expected: Expectations & { readonly bundleId: string },
): Promise<JWSTransactionDecodedPayload> {
  const data = parsed(signed);
  const transaction = parseTransaction(data.payload);
  const { environment, signedDate: validAt = verifier.now() } = transaction;
  await verifySignature(verifier, data, expected, { environment, validAt });
  checkEnvironment(environment, expected);
  checkApp(transaction.bundleId, expected.bundleId, "bundleId");
  return transaction;
}

/**
 * Verifies renewal info: certificates valid at its signedDate. It names no app: hold its
 * originalTransactionId against a transaction that does.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyRenewalInfo(
  verifier: SignedDataVerifier,
  signed: SignedData,
  expected: Expectations,
): Promise<JWSRenewalInfoDecodedPayload> {
  const data = parsed(signed);
  const renewalInfo = parseRenewalInfo(data.payload);
  const { environment, signedDate: validAt = verifier.now() } = renewalInfo;
  await verifySignature(verifier, data, expected, { environment, validAt });
  checkEnvironment(environment, expected);
  return renewalInfo;
}

/**
 * Verifies an app transaction: certificates valid at its receiptCreationDate, bundle id checked,
 * appAppleId where it is given and named.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyAppTransaction(
  verifier: SignedDataVerifier,
  signed: SignedData,
  expected: Expectations & { readonly bundleId: string; readonly appAppleId?: number },
): Promise<AppTransaction> {
  const data = parsed(signed);
  const appTransaction = parseAppTransaction(data.payload);
  const { receiptType: environment, receiptCreationDate: validAt = verifier.now() } =
    appTransaction;
  await verifySignature(verifier, data, expected, { environment, validAt });
  checkEnvironment(environment, expected);
  checkApp(appTransaction.bundleId, expected.bundleId, "bundleId");
  checkAppleId(appTransaction.appAppleId, expected);
  return appTransaction;
}

function parsed(signed: SignedData): UnverifiedSignedData {
  return typeof signed === "string" ? parseSignedData(signed) : signed;
}

async function verifySignature(
  verifier: SignedDataVerifier,
  data: UnverifiedSignedData,
  { trust, revocations, allowUnsigned }: Expectations,
  claimed: { readonly environment: Environment | undefined; readonly validAt: number },
): Promise<void> {
  if (claimed.environment === "Xcode" || claimed.environment === "LocalTesting") {
    if (allowUnsigned === true) return;
    const message = `data of the environment ${claimed.environment} is not signed by Apple`;
    throw new RefusedSignedData("UNSIGNED_DATA_REFUSED", message);
  }
  const policy = { trust, validAt: claimed.validAt };
  await verifier.verify(data, revocations === undefined ? policy : { ...policy, revocations });
}

function checkEnvironment(environment: Environment | undefined, expected: Expectations): void {
  if (environment === expected.environment) return;
  const message = `expected the environment ${expected.environment}`;
  throw new RefusedSignedData("ENVIRONMENT_MISMATCH", message);
}

function checkAppleId(
  appAppleId: number | undefined,
  expected: { readonly environment: Environment; readonly appAppleId?: number },
): void {
  const isNamed = appAppleId !== undefined || expected.environment === "Production";
  if (expected.appAppleId !== undefined && isNamed) {
    checkApp(appAppleId, expected.appAppleId, "appAppleId");
  }
}

function checkApp<T extends string | number>(
  came: T | undefined,
  expected: T,
  field: string,
): void {
  if (came === expected) return;
  throw new RefusedSignedData("APP_MISMATCH", `the ${field} is another app's`);
}
