import {
  createSignedDataVerifier,
  parseAppTransaction,
  parseNotification,
  parseRenewalInfo,
  parseSignedData,
  parseTransaction,
  verifyAppTransaction,
  verifyNotification,
  verifyRenewalInfo,
  verifyTransaction,
} from "@holdfast/appstore/signed-data";
import type {
  AppTransaction,
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
  ResponseBodyV2DecodedPayload,
  TrustStore,
} from "@holdfast/appstore/signed-data";
import type { AppStoreServerClient } from "@holdfast/appstore/server-api";
import type { Io } from "../command.ts";

/**
 * Reads each kind of signed data: a compact JWS in, its payload out, fields unknown to us included.
 * Each throws `BadDataError`, and `PolicyError` when it verifies.
 */
export interface SignedReader {
  /** Whether what it returns was signed by whom is trusted, for the app and environment asked about. */
  readonly verifies: boolean;
  transaction(jws: string): Promise<JWSTransactionDecodedPayload>;
  renewalInfo(jws: string): Promise<JWSRenewalInfoDecodedPayload>;
  notification(jws: string): Promise<ResponseBodyV2DecodedPayload>;
  appTransaction(jws: string): Promise<AppTransaction>;
}

/** Returns what only takes signed data apart: anyone could have written it. */
export function createDecodingReader(): SignedReader {
  return {
    verifies: false,
    transaction: async (jws) => parseTransaction(payloadOf(jws)),
    renewalInfo: async (jws) => parseRenewalInfo(payloadOf(jws)),
    notification: async (jws) => parseNotification(payloadOf(jws)),
    appTransaction: async (jws) => parseAppTransaction(payloadOf(jws)),
  };
}

function payloadOf(jws: string): unknown {
  return parseSignedData(jws).payload;
}

/** Everything verified here was asked for by whoever started the command, so there is no budget. */
const CHAINS_PER_SECOND = Number.MAX_SAFE_INTEGER;

/** Returns what verifies signed data as the App Store's, for the client's app and environment. */
export function createVerifyingReader(
  trust: TrustStore,
  { bundleId, environment }: Pick<AppStoreServerClient, "bundleId" | "environment">,
  io: Pick<Io, "now">,
): SignedReader {
  const verifier = createSignedDataVerifier({
    now: io.now,
    unknownChainsPerSecond: CHAINS_PER_SECOND,
  });
  const expected = {
    trust,
    bundleId,
    environment: environment === "sandbox" ? "Sandbox" : "Production",
  } as const;
  return {
    verifies: true,
    transaction: (jws) => verifyTransaction(verifier, jws, expected),
    renewalInfo: (jws) => verifyRenewalInfo(verifier, jws, expected),
    notification: (jws) => verifyNotification(verifier, jws, expected),
    appTransaction: (jws) => verifyAppTransaction(verifier, jws, expected),
  };
}
