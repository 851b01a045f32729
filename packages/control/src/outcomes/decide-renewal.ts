import { LONGEST_PERIOD_MS, RENEWAL_UNKNOWN_MS } from "./outcome-times.ts";
import type { Signal, SignalOf } from "./signal.ts";
import type { Renewal } from "./tables.ts";
import { between } from "./taken.ts";

/** What became of a subscription after the period of its exposure. */
export interface DecidedRenewal {
  readonly renewal: Renewal;
  /** Present where it is not open. */
  readonly at?: number;
  /** When the period of the exposure ends; absent while that is not known. */
  readonly periodEndsAt?: number;
  /** What the first payment after the exposure was, less what was given back; absent without a known price. */
  readonly revenue?: { readonly milliunits: number; readonly currency: string };
}

/**
 * Returns what became of a subscription after the period in which it was exposed: `renewed` with the first
 * payment for a time beyond it, be it a renewal, an upgrade or an offer of price 0; `lapsed` where it expired
 * before; `unknown` where nothing was heard in all the time that Apple tries to bill; else `open`.
 *
 * @param now - milliseconds since 1970, by our clock: only for whether it was long enough ago
 */
export function decideRenewal(
  exposedAt: number,
  signals: readonly Signal[],
  now: number,
): DecidedRenewal {
  const current = between(signals, ["transaction"], [-1, exposedAt]).findLast(
    ({ endsAt }) => endsAt !== undefined,
  );
  const periodEndsAt = current?.endsAt;
  const period = periodEndsAt === undefined ? {} : { periodEndsAt };
  const later = between(signals, ["transaction"], [exposedAt, Number.MAX_SAFE_INTEGER]);
  const payment = later.find(({ endsAt = Infinity }) => endsAt > (periodEndsAt ?? 0));
  const [expired] = between(signals, ["expired"], [exposedAt, Number.MAX_SAFE_INTEGER]);
  if (payment !== undefined && payment.at <= (expired?.at ?? Infinity)) {
    const revenue = revenueOf(payment, later, signals);
    return { renewal: "renewed", at: payment.at, ...period, ...(revenue && { revenue }) };
  }
  if (expired !== undefined) return { renewal: "lapsed", at: expired.at, ...period };
  const unknownAt = (periodEndsAt ?? exposedAt + LONGEST_PERIOD_MS) + RENEWAL_UNKNOWN_MS;
  return now < unknownAt
    ? { renewal: "open", ...period }
    : { renewal: "unknown", at: unknownAt, ...period };
}

/** The same transaction may have been told with its price and without. */
function revenueOf(
  { at }: SignalOf<"transaction">,
  payments: readonly SignalOf<"transaction">[],
  signals: readonly Signal[],
): DecidedRenewal["revenue"] {
  const priced = payments.find((each) => each.at === at && each.price !== undefined);
  if (priced?.price === undefined || priced.currency === undefined) return undefined;
  const kept = 1 - refundedShare(at, signals);
  return { milliunits: Math.round(priced.price * kept), currency: priced.currency };
}

/** Of a refund and its reversal the later one holds. */
function refundedShare(transactionAt: number, signals: readonly Signal[]): number {
  const last = between(
    signals,
    ["refunded", "refundReversed"],
    [-1, Number.MAX_SAFE_INTEGER],
  ).findLast((each) => each.transactionAt === transactionAt);
  return last?.kind === "refunded" ? (last.share ?? 1) : 0;
}
