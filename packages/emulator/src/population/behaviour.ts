import { emulatorError } from "../errors/index.ts";
import type { ShownTraits } from "./shown-traits.ts";

/** A number of days of subscriptions, drawn evenly between the two. */
export type DayRange = readonly [from: number, to: number];

/** Something some do, a while after they could. */
export interface Later {
  /** How many of them, from 0 to 1. */
  readonly probability: number;
  /** How long after, in days of subscriptions; default within the first. */
  readonly afterDays?: DayRange;
}

/** What those who tap Cancel do then; who does neither stays. */
export interface Odds {
  /** How many turn renewal off, from 0 to 1; default none. */
  readonly cancel?: number;
  /** How many take the offer or the other product that is shown, from 0 to 1; where there is none, they stay. */
  readonly accept?: number;
}

/** What is done by those who are shown what `when` says: everything it names must be so. */
export interface DecisionRule extends Odds {
  readonly when: Partial<ShownTraits>;
}

/** Renewals that cannot be billed. */
export interface PaymentFailure {
  /** How many renewals, from 0 to 1. */
  readonly probability: number;
  /** How many of these leave the subscriber served for a while, from 0 to 1; default 1. */
  readonly gracePeriod?: number;
  /** How many of these are paid in the end, and when; default nobody. */
  readonly recovery?: Later;
}

/**
 * How subscribers live. Each makes up their mind once, at the first page they open: what they do then is
 * drawn for each of them alone, so that how many stay is known beforehand (`expectedKeepRate`). After
 * that they only look, until they have turned renewal on again, have subscribed again, or
 * `reconsiderAfterDays` have passed.
 */
export interface PopulationBehaviour {
  /** The first that holds wins. */
  readonly rules?: readonly DecisionRule[];
  /** Where no rule holds; default nobody cancels or accepts. */
  readonly otherwise?: Odds;
  /** Those who look, tap nothing, and turn renewal off elsewhere later; default nobody. */
  readonly cancelWithoutTap?: Later;
  /** After how many days of subscriptions somebody makes up their mind anew; default never. */
  readonly reconsiderAfterDays?: number;
  /** Those who turn renewal on again after they turned it off, while their period runs; default nobody. */
  readonly resume?: Later;
  /** Those who subscribe again after their subscription has ended; default nobody. */
  readonly resubscribe?: Later;
  /** Default every renewal is paid. */
  readonly paymentFailure?: PaymentFailure;
  /** Those who are given the money of a paid period back; default nobody. */
  readonly refund?: Later;
  /** How many subscribe for the first time in a day of subscriptions; default 0. */
  readonly joinsPerDay?: number;
}

/** Throws `OPTIONS_INVALID` for shares that are none, or a range that ends before it begins. */
export function assertPossibleBehaviour(behaviour: PopulationBehaviour): void {
  const { rules = [], otherwise = {}, paymentFailure, reconsiderAfterDays = 0 } = behaviour;
  for (const { cancel = 0, accept = 0 } of [...rules, otherwise]) {
    if (!isShare(cancel) || !isShare(accept) || !isShare(cancel + accept)) {
      throw invalid("cancel and accept from 0 to 1, and together at most 1");
    }
  }
  const { cancelWithoutTap, resume, resubscribe, refund, joinsPerDay = 0 } = behaviour;
  const later = [cancelWithoutTap, resume, resubscribe, refund, paymentFailure?.recovery];
  for (const one of later) {
    if (one !== undefined) assertPossibleLater(one);
  }
  if (!isShare(paymentFailure?.probability ?? 0) || !isShare(paymentFailure?.gracePeriod ?? 0)) {
    throw invalid("paymentFailure's probability and gracePeriod from 0 to 1");
  }
  if (!(joinsPerDay >= 0 && joinsPerDay < Infinity && reconsiderAfterDays >= 0)) {
    throw invalid("joinsPerDay and reconsiderAfterDays not below 0");
  }
}

function assertPossibleLater({ probability, afterDays: [from, to] = [0, 1] }: Later): void {
  if (isShare(probability) && from >= 0 && to >= from && to < Infinity) return;
  throw invalid("each probability from 0 to 1, and afterDays like [1, 3]");
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function invalid(expected: string) {
  return emulatorError("OPTIONS_INVALID", `expected of the population's behaviour ${expected}`);
}
