import * as fc from "fast-check";
import type { SubscriptionNews } from "../subscription-news.ts";
import { TEST_IDS } from "./test-ids.ts";

const DAY_MS = 86_400_000;

/** When the subscriptions of arbitrary news began. */
export const BEGUN_AT = Date.UTC(2026, 0, 1);

/** Dates that coincide often: what is signed in the same millisecond must be told apart as well. */
const signedDate = fc.nat({ max: 12 }).map((days) => BEGUN_AT + days * 10 * DAY_MS);

/** A few transactions, each with the purchaseDate that it always has. */
const period = fc.nat({ max: 4 });

const PLAIN = "plain.monthly";

function transactionOf(subscription: string) {
  return fc.record(
    {
      transactionId: period.map((index) => idOf(subscription, index)),
      signedDate,
      expiresDate: signedDate,
      price: fc.constantFrom(0, 9990, 19_990),
      isUpgraded: fc.boolean(),
      offerType: fc.constantFrom(1, 2, 5),
      offerIdentifier: fc.constantFrom("STAY", "BACK"),
      offerDiscountType: fc.constantFrom("FREE_TRIAL", "PAY_AS_YOU_GO"),
      revocationDate: signedDate,
      storefront: fc.constantFrom("USA", "DEU"),
      appAccountToken: fc.constantFrom("A", "B"),
    },
    { requiredKeys: ["transactionId", "expiresDate"] },
  );
}

function idOf(subscription: string, index: number): string {
  return index === 0 ? subscription : `${subscription}${index}`;
}

function renewalInfoOf() {
  return fc.record(
    {
      signedDate,
      autoRenewStatus: fc.constantFrom(0, 1),
      isInBillingRetryPeriod: fc.boolean(),
      gracePeriodExpiresDate: signedDate,
      recentSubscriptionStartDate: signedDate,
      renewalPrice: fc.constantFrom(0, 9990),
      offerType: fc.constant(2),
      offerIdentifier: fc.constantFrom("STAY", "BACK"),
    },
    { requiredKeys: [] },
  );
}

/** News of one of a few subscriptions, of any kind. */
export const arbitraryNews: fc.Arbitrary<SubscriptionNews> = fc
  .constantFrom("100", "200")
  .chain((originalTransactionId) =>
    fc
      .record(
        {
          signedDate,
          status: fc.integer({ min: 1, max: 5 }),
          transaction: transactionOf(originalTransactionId),
          renewalInfo: renewalInfoOf(),
          isWholeHistory: fc.constant(true),
          notificationType: fc.constantFrom("DID_RENEW", "OFFER_REDEEMED", "EXPIRED"),
        },
        { requiredKeys: ["signedDate"] },
      )
      .map(({ notificationType, transaction, renewalInfo, ...rest }) =>
        newsOf(originalTransactionId, {
          ...rest,
          ...(transaction && { transaction: whole(originalTransactionId, transaction) }),
          ...(renewalInfo && {
            renewalInfo: { ...renewalInfo, originalTransactionId, autoRenewProductId: PLAIN },
          }),
          ...(notificationType && {
            notification: { notificationUUID: "not looked at", notificationType },
          }),
        }),
      ),
  );

/** Returns news of a subscription. */
export function newsOf(
  originalTransactionId: string,
  rest: Omit<SubscriptionNews, "pseudonym" | "sealedId" | "source">,
): SubscriptionNews {
  return {
    pseudonym: TEST_IDS.pseudonymOf(originalTransactionId),
    sealedId: `sealed ${originalTransactionId}`,
    source: rest.notification === undefined ? "history" : "notification",
    ...rest,
  };
}

function whole<T extends { readonly transactionId: string }>(
  originalTransactionId: string,
  transaction: T,
) {
  const index = Number(transaction.transactionId.slice(originalTransactionId.length));
  const purchaseDate = BEGUN_AT + index * 30 * DAY_MS;
  return { ...transaction, originalTransactionId, productId: PLAIN, purchaseDate };
}
