import type { KnownTransaction, SubscriptionFacts } from "./subscription-facts.ts";

const DAY_MS = 86_400_000;

/**
 * Apple's recentSubscriptionStartDate overlooks gaps below 60 days.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/recentsubscriptionstartdate
 */
const OVERLOOKED_GAP_MS = 60 * DAY_MS;

/** How long Apple tries to charge again at most. */
const BILLING_RETRY_MS = 60 * DAY_MS;

/** Between periods of different products a gap this long could hold a period nobody told us of. */
const GAP_BETWEEN_PRODUCTS_MS = DAY_MS;

/**
 * How a subscription stands: its current period runs, or it is over and what then became of it was told.
 */
export type Phase = "running" | "gracePeriod" | "billingRetry" | "expired" | "revoked";

/** A transaction as a period of its subscription. */
export interface Period extends KnownTransaction {
  /** Whether the subscription was said to have ended after it. */
  readonly isEnd: boolean;
}

/** Returns the periods of a subscription by when they were bought, the current one last. */
export function periodsOf({ transactions, ended = [] }: SubscriptionFacts): readonly Period[] {
  return Object.entries(transactions)
    .sort(([hash, one], [otherHash, other]) =>
      one.purchaseDate !== other.purchaseDate
        ? one.purchaseDate - other.purchaseDate
        : // Of an upgrade at the very moment of the purchase the product that is had comes last.
          Number(other.isUpgraded === true) - Number(one.isUpgraded === true) ||
          one.expiresDate - other.expiresDate ||
          (hash < otherHash ? -1 : 1),
    )
    .map(([hash, transaction]) => Object.assign({ isEnd: ended.includes(hash) }, transaction));
}

/**
 * Returns how a subscription stands at `now`; undefined where nobody told what came after the period that was
 * bought last: it may have been renewed without our hearing of it. The period is the one with the newest
 * purchaseDate, not the one signed last, for a refund is told with the transaction it is of.
 */
export function phaseOf(
  facts: SubscriptionFacts,
  current: KnownTransaction,
  now: number,
): Phase | undefined {
  if (current.revocationDate !== undefined && current.revocationDate <= now) return "revoked";
  if (now < current.expiresDate) return "running";
  const told = toldSince(facts, current);
  const retriedUntil = current.expiresDate + BILLING_RETRY_MS;
  if (told === "gracePeriod") {
    const until = facts.renewal?.gracePeriodExpiresDate;
    return now < (until ?? retriedUntil) ? told : undefined;
  }
  return told === "billingRetry" && now >= retriedUntil ? undefined : told;
}

/** What was said last, since the period was bought, of what became of it. */
function toldSince(
  { status, renewal }: SubscriptionFacts,
  { purchaseDate }: KnownTransaction,
): Phase | undefined {
  const statusAt = status?.signedDate ?? -Infinity;
  const renewalAt = renewal?.signedDate ?? -Infinity;
  if (Math.max(statusAt, renewalAt) < purchaseDate) return undefined;
  if (statusAt >= renewalAt) return STATUS_PHASES.get(status?.value ?? 0);
  if (renewal?.isInBillingRetryPeriod === true) {
    return (renewal.gracePeriodExpiresDate ?? 0) > renewalAt ? "gracePeriod" : "billingRetry";
  }
  return renewal?.expirationIntent === undefined ? undefined : "expired";
}

/** What Apple's statuses say of a period that is over; 1, active, says nothing of what comes after it. */
const STATUS_PHASES: ReadonlyMap<number, Phase> = new Map([
  [2, "expired"],
  [3, "billingRetry"],
  [4, "gracePeriod"],
  [5, "revoked"],
]);

/**
 * Tells whether every period there was is known: a history was read to its end, or the first purchase was
 * seen, and since then there is no gap that could hide a period: none, or one after an end we were told of.
 */
export function isComplete(
  { wholeAt = -Infinity, isCut }: SubscriptionFacts,
  periods: readonly Period[],
): boolean {
  const [first] = periods;
  if (first === undefined || isCut === true) return false;
  if (first.isFirst !== true && first.purchaseDate > wholeAt) return false;
  return periods.every((period, index) => {
    const before = periods[index - 1];
    if (before === undefined || before.isEnd || period.purchaseDate <= wholeAt) return true;
    const gap = period.purchaseDate - before.expiresDate;
    return before.productId === period.productId
      ? gap < Math.min(lengthOf(before), lengthOf(period))
      : gap < GAP_BETWEEN_PRODUCTS_MS;
  });
}

function lengthOf({ purchaseDate, expiresDate }: KnownTransaction): number {
  return expiresDate - purchaseDate;
}

/** When the run of periods began that the current one belongs to, gaps below 60 days overlooked. */
export function runStart(periods: readonly KnownTransaction[]): number | undefined {
  let start: number | undefined;
  let servedUntil = -Infinity;
  for (const { purchaseDate, expiresDate } of periods) {
    const isNewRun = purchaseDate - servedUntil >= OVERLOOKED_GAP_MS;
    if (start === undefined || isNewRun) start = purchaseDate;
    servedUntil = Math.max(servedUntil, expiresDate);
  }
  return start;
}

/** Tells whether so much time has passed since a period that a new run may have begun unheard of. */
export function isLongOver({ expiresDate }: KnownTransaction, now: number): boolean {
  return now - expiresDate >= OVERLOOKED_GAP_MS;
}

/** Returns the moments at which `phaseOf` and `isLongOver` may turn, in no order. */
export function turnsOf(facts: SubscriptionFacts): readonly number[] {
  const current = periodsOf(facts).at(-1);
  if (current === undefined) return [];
  const { expiresDate, revocationDate } = current;
  const turns = [
    revocationDate,
    expiresDate,
    facts.renewal?.gracePeriodExpiresDate,
    expiresDate + BILLING_RETRY_MS,
    expiresDate + OVERLOOKED_GAP_MS,
  ];
  return turns.filter((moment) => moment !== undefined);
}
