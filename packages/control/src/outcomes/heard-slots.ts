import type { Queries, Transaction } from "../storage/index.ts";
import { insertNew } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { readOutcomeSettings } from "./outcome-settings.ts";
import { HEARD_WITHIN_MS, windowTimes } from "./outcome-times.ts";

/** Remembers when notifications were signed, in milliseconds since 1970 by Apple's clock. */
export async function keepHeard(
  transaction: Transaction,
  { app, environment }: SubscriptionPlace,
  signedDates: readonly number[],
): Promise<void> {
  const { windowMs } = await readOutcomeSettings(transaction.queries, { app, environment });
  const { slotMs } = windowTimes(windowMs);
  const slots = new Set(signedDates.map((at) => Math.floor(at / slotMs) * slotMs));
  const rows = [...slots].map((slot) => ({ app, environment, slot }));
  const keys = ["app", "environment", "slot"] as const;
  await insertNew(transaction, { table: "outcome_heard", rows, keys });
}

/** A stretch of time, its ends included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Tells whether notifications came around a window. */
export type IsHeard = (window: Stretch) => boolean;

/**
 * Returns what tells whether notifications came around windows that lie within `all`: at least one was signed
 * after the window's end, and one before it, neither further away from the window than three days.
 */
export async function readHeard(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { all, windowMs }: { readonly all: Stretch; readonly windowMs: number },
): Promise<IsHeard> {
  const { slotMs } = windowTimes(windowMs);
  const rows = await queries
    .selectFrom("outcome_heard")
    .select("slot")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("slot", ">=", all.from - HEARD_WITHIN_MS)
    .where("slot", "<=", all.to + HEARD_WITHIN_MS)
    .orderBy("slot")
    .execute();
  const slots = rows.map(({ slot }) => slot);
  const hasBetween = (from: number, to: number): boolean => {
    const first = firstNotBelow(slots, from);
    return first !== undefined && first + slotMs <= to;
  };
  return ({ from, to }) =>
    hasBetween(from - HEARD_WITHIN_MS, to) && hasBetween(to, to + HEARD_WITHIN_MS);
}

/** Returns the first of rising numbers that is at least `bound`. */
function firstNotBelow(numbers: readonly number[], bound: number): number | undefined {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) < bound) low = middle + 1;
    else high = middle;
  }
  return numbers[low];
}
