import type { AppStoreServerClient } from "@holdfast/appstore/server-api";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { AppExpectations } from "../apps/index.ts";
import { newsOf, verifySubscription } from "../subscribers/index.ts";
import type { SubscriptionIds, SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";
import type { CallPace } from "./call-pace.ts";

/** What Apple is asked with, for one app in one environment. */
export interface AskingMeans {
  readonly place: SubscriptionPlace;
  readonly client: AppStoreServerClient;
  readonly verifier: SignedDataVerifier;
  readonly expected: AppExpectations;
  readonly ids: SubscriptionIds;
  readonly pace: CallPace;
}

/**
 * Asks Apple how all subscriptions of a customer stand, and returns it as news; empty where the customer has
 * none. Whatever of it is not as Apple signs it refuses the whole answer.
 *
 * @throws AppleApiError, BadSignedData, RefusedSignedData
 */
export async function askStatus(
  transactionId: string,
  { place, client, verifier, expected, ids, pace }: AskingMeans,
  signal: AbortSignal,
): Promise<readonly SubscriptionNews[]> {
  await pace.take(signal);
  const { data = [] } = await client.getAllSubscriptionStatuses(transactionId, { signal });
  const news: SubscriptionNews[] = [];
  for (const { status, ...signed } of data.flatMap((group) => group.lastTransactions ?? [])) {
    const verified = await verifySubscription(verifier, expected, signed);
    // Renewal info alone names no app, and nothing around it is signed here.
    if (verified?.transaction === undefined) continue;
    const frame = { source: "status" as const, ...(status === undefined ? {} : { status }) };
    news.push(newsOf(verified, { ids, place, frame }));
  }
  return news;
}
