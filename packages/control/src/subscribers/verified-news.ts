import {
  BadSignedData,
  verifyRenewalInfo,
  verifyTransaction,
} from "@holdfast/appstore/signed-data";
import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
  SignedDataVerifier,
} from "@holdfast/appstore/signed-data";
import type { AppExpectations } from "../apps/index.ts";
import type { SubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionNews } from "./subscription-news.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** What Apple signed about one subscription, as notifications and statuses carry it: compact JWS. */
interface SignedSubscription {
  readonly signedTransactionInfo?: string | undefined;
  readonly signedRenewalInfo?: string | undefined;
}

/** The same, verified, and of one subscription; at least one of the two is there. */
interface VerifiedSubscription {
  readonly originalTransactionId: string;
  readonly transaction?: JWSTransactionDecodedPayload;
  readonly renewalInfo?: JWSRenewalInfoDecodedPayload;
}

/**
 * Verifies what Apple signed about a subscription; undefined where there is nothing. Renewal info names no
 * app, so where it comes alone whatever carried it must have been verified: an envelope that is for the app.
 *
 * @throws BadSignedData, RefusedSignedData; `PAYLOAD_INVALID` also where the two are of different
 *   subscriptions or name none
 */
export async function verifySubscription(
  verifier: SignedDataVerifier,
  expected: AppExpectations,
  { signedTransactionInfo, signedRenewalInfo }: SignedSubscription,
): Promise<VerifiedSubscription | undefined> {
  const transaction =
    signedTransactionInfo === undefined
      ? undefined
      : await verifyTransaction(verifier, signedTransactionInfo, expected);
  const renewalInfo =
    signedRenewalInfo === undefined
      ? undefined
      : await verifyRenewalInfo(verifier, signedRenewalInfo, expected);
  if (transaction === undefined && renewalInfo === undefined) return undefined;
  const named = [transaction, renewalInfo].flatMap((part) =>
    part === undefined ? [] : [part.originalTransactionId],
  );
  const [originalTransactionId] = named;
  if (originalTransactionId === undefined || new Set(named).size !== 1) {
    throw new BadSignedData(
      "PAYLOAD_INVALID",
      "expected a transaction and renewal info of one subscription; they name none or two",
    );
  }
  return {
    originalTransactionId,
    ...(transaction === undefined ? {} : { transaction }),
    ...(renewalInfo === undefined ? {} : { renewalInfo }),
  };
}

/** What of news the signed parts do not say; `signedDate` as said, or else when the newer part was signed. */
type NewsFrame = Pick<SubscriptionNews, "source"> &
  Partial<Pick<SubscriptionNews, "signedDate" | "notification" | "status" | "isWholeHistory">>;

/** Returns verified parts as news: with the subscription's pseudonym, and its id sealed. */
export function newsOf(
  { originalTransactionId, ...parts }: VerifiedSubscription,
  { ids, place, frame }: NewsContext,
): SubscriptionNews {
  const pseudonym = ids.pseudonymOf(originalTransactionId);
  const { transaction, renewalInfo } = parts;
  return {
    signedDate: Math.max(transaction?.signedDate ?? 0, renewalInfo?.signedDate ?? 0),
    ...frame,
    ...parts,
    pseudonym,
    sealedId: ids.seal(place, pseudonym, originalTransactionId),
  };
}

/** Where news are from. */
interface NewsContext {
  readonly ids: SubscriptionIds;
  readonly place: SubscriptionPlace;
  readonly frame: NewsFrame;
}
