import { pickOne, type Random } from "../../random/seeded-random.ts";
import type { AppDefinition, EnvironmentName, Subscriber } from "../app-definition.ts";
import { addPeriod, periodDays, periodEnd } from "../iso-period.ts";
import {
  type Subscription,
  takenOffer,
  type TakenOffer,
  type Transaction,
} from "./subscription.ts";
import { productOf, type Terms, termsOf } from "./terms.ts";

/** Where and when a life begins to be known. */
export interface DeriveContext {
  readonly definition: AppDefinition;
  readonly environment: EnvironmentName;
  /** When the world began: milliseconds since 1970. The current period runs then. */
  readonly begunAt: number;
  /**
   * How long a day of subscriptions lasts, in days; default 1. Only the current period is scaled: what was
   * before the world began took as long as it takes, so that people have been there for months.
   */
  readonly timeScale?: number | undefined;
}

/** A life being derived. */
export interface Life extends DeriveContext {
  readonly random: Random;
  /** Named by the definition: plain, for examples rely on it. */
  readonly isNamed: boolean;
}

/** How many who could have begun with an introductory offer did. */
const INTRODUCTORY_SHARE = 0.4;
/** How many whose product has promotional offers are in one. */
const PROMOTIONAL_SHARE = 0.1;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the transactions a subscriber has when the world begins: the first bought, perhaps with an
 * introductory offer, the others renewals, the last one perhaps under a promotional offer.
 */
export function deriveTransactions(
  { originalTransactionId, laterTransactionIds, productId, storefront }: Subscriber,
  { definition, begunAt, timeScale, random, isNamed }: Life,
): Subscription["transactions"] {
  const first = termsOf(definition, {
    productId,
    storefront,
    offer: isNamed ? undefined : pickIntroductory(definition, productId, random),
  });
  const regular = termsOf(definition, { productId, storefront });
  const last = termsOf(definition, {
    productId,
    storefront,
    offer: isNamed ? undefined : pickPromotional(definition, productId, random),
  });
  const later = laterTransactionIds.map((_id, index) =>
    index === laterTransactionIds.length - 1 ? last : regular,
  );
  const terms = [first, ...later];
  const dates = purchaseDates(terms, { begunAt, timeScale, random });
  const ids = [originalTransactionId, ...laterTransactionIds];
  const describe = (index: number): Transaction => {
    const { period, price, offer } = terms[index] ?? regular;
    const purchaseDate = dates[index] ?? begunAt;
    return {
      transactionId: ids[index] ?? originalTransactionId,
      productId,
      purchaseDate,
      expiresDate: dates[index + 1] ?? periodEnd(purchaseDate, period, timeScale),
      reason: index === 0 ? "PURCHASE" : "RENEWAL",
      price: price.amount,
      currency: price.currency,
      ...(offer === undefined ? {} : { offer }),
      modifiedAt: purchaseDate,
    };
  };
  return [describe(0), ...later.map((_terms, index) => describe(index + 1))];
}

/** When each period began, oldest first: one after the other, the last one running at `begunAt`. */
function purchaseDates(
  terms: readonly Terms[],
  { begunAt, timeScale = 1, random }: Pick<Life, "begunAt" | "timeScale" | "random">,
): readonly number[] {
  const lastDays = periodDays(terms.at(-1)?.period ?? "P1M") * timeScale;
  // Between a twentieth and nine tenths of the period have passed.
  let date = Math.floor(begunAt - lastDays * DAY_MS * (0.05 + 0.85 * random()));
  const dates = [date];
  for (const { period } of terms.slice(0, -1).toReversed()) {
    date = addPeriod(date, period, -1);
    dates.unshift(date);
  }
  return dates;
}

function pickIntroductory(
  definition: AppDefinition,
  productId: string,
  random: Random,
): TakenOffer | undefined {
  const { introductoryOffer } = productOf(definition, productId);
  const hasTaken = random() < INTRODUCTORY_SHARE;
  if (introductoryOffer === undefined || !hasTaken) return undefined;
  return takenOffer("introductory", undefined, introductoryOffer);
}

function pickPromotional(
  { offers }: AppDefinition,
  productId: string,
  random: Random,
): TakenOffer | undefined {
  const offer = pickOne(
    random,
    offers.filter((candidate) => candidate.productId === productId),
  );
  const hasTaken = random() < PROMOTIONAL_SHARE;
  if (offer === undefined || !hasTaken) return undefined;
  return takenOffer("promotional", offer.offerIdentifier, offer);
}
