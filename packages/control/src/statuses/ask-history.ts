import { PolicyError } from "@holdfast/appstore/errors";
import { transactionHistoryPages } from "@holdfast/appstore/server-api";
import { newsOf, verifySubscription } from "../subscribers/index.ts";
import type { SubscriptionNews } from "../subscribers/index.ts";
import type { AskingMeans } from "./ask-status.ts";

/** Pages of one history, 20 transactions each: a subscription that renews weekly for 19 years. */
const MAX_PAGES = 50;

/**
 * Reads all transactions of a customer's subscriptions, and returns them as news; the last of each
 * subscription says that it was all, unless Apple has more than 1,000.
 *
 * @throws AppleApiError, BadSignedData, RefusedSignedData
 */
export async function askHistory(
  transactionId: string,
  { place, client, verifier, expected, ids, pace }: AskingMeans,
  signal: AbortSignal,
): Promise<readonly SubscriptionNews[]> {
  const paced: Pick<typeof client, "getTransactionHistory"> = {
    async getTransactionHistory(...call) {
      await pace.take(signal);
      return client.getTransactionHistory(...call);
    },
  };
  const request = { productTypes: ["AUTO_RENEWABLE"], sort: "ASCENDING" } as const;
  const news: SubscriptionNews[] = [];
  const frame = { source: "history" as const };
  try {
    const options = { request, signal, maxPages: MAX_PAGES };
    for await (const page of transactionHistoryPages(paced, transactionId, options)) {
      for (const signedTransactionInfo of page.signedTransactions ?? []) {
        const verified = await verifySubscription(verifier, expected, { signedTransactionInfo });
        if (verified !== undefined) news.push(newsOf(verified, { ids, place, frame }));
      }
    }
  } catch (error) {
    if (!(error instanceof PolicyError && error.code === "PAGE_LIMIT_REACHED")) throw error;
    return news;
  }
  return withEnds(news);
}

/** Marks the last news of each subscription as the end of its whole history. */
function withEnds(news: readonly SubscriptionNews[]): readonly SubscriptionNews[] {
  const last = new Map(news.map(({ pseudonym }, index) => [pseudonym, index]));
  return news.map((one, index) =>
    last.get(one.pseudonym) === index ? { ...one, isWholeHistory: true } : one,
  );
}
