const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The milliseconds of a day. */
export const DAY_MS = 24 * HOUR_MS;

/** How long after the first exposure is looked for what the subscriber did, ms, where nobody chose otherwise. */
export const DEFAULT_WINDOW_MS = 24 * HOUR_MS;

/** How long after a window's end its units are first looked at, ms: decisions and notifications take a while. */
const SETTLE_MS = 15 * MINUTE_MS;

/** How long after a window's end it is waited for a sign that nothing is missing, ms: Apple sends again for 72 hours. */
export const WAIT_MS = 3 * DAY_MS;

/** How often it is looked while waiting, ms. */
const LOOK_AGAIN_MS = HOUR_MS;

/** How near to a window notifications must have been signed for it to count that they come, ms. */
export const HEARD_WITHIN_MS = 3 * DAY_MS;

/** How exactly it is remembered when notifications were signed, ms. */
const SLOT_MS = 10 * MINUTE_MS;

/** How long after an exposure late news still change its outcome, ms. */
export const OUTCOME_MOVES_MS = 90 * DAY_MS;

/** How long after a renewal late news still change it, ms. */
export const RENEWAL_MOVES_MS = 60 * DAY_MS;

/** When renewals are looked for, ms after a period's end. */
export const RENEWAL_LOOKS_MS = [DAY_MS, 17 * DAY_MS, 61 * DAY_MS] as const;

/** After how long a period has ended without a word of what became of it, ms: Apple tries to bill for 60 days. */
export const RENEWAL_UNKNOWN_MS = 61 * DAY_MS;

/** The longest period a subscription has, ms; for when it ends is not known. */
export const LONGEST_PERIOD_MS = 366 * DAY_MS;

/** Transactions that were over for so long when Apple signed them say nothing about anything counted here, ms. */
export const OLD_TRANSACTION_MS = 200 * DAY_MS;

/** From this age on, of each kind of signal a subscription's last one alone is kept, ms. */
export const SIGNALS_KEPT_MS = 200 * DAY_MS;

/** From this age on no signal is kept, ms. */
export const LAST_SIGNALS_KEPT_MS = 800 * DAY_MS;

/**
 * Returns how long after a window's end a status still tells how renewal stood at its end, ms: as long as
 * the window, but 12 hours at least, for no status is asked for more often than every six, and 3 days at most.
 */
export function observedWithinMs(windowMs: number): number {
  return Math.min(Math.max(windowMs, 12 * HOUR_MS), WAIT_MS);
}

/** How the times of a window hang on its length, ms. */
export interface WindowTimes {
  /** How long after its end its units are first looked at. */
  readonly settleMs: number;
  /** How often it is looked while waiting for a sign that nothing is missing. */
  readonly lookAgainMs: number;
  /** How exactly it is remembered when notifications were signed. */
  readonly slotMs: number;
}

/**
 * Returns the times of a window. Those of a window under an hour, as the sandbox with its months of minutes
 * needs it, are shorter than usual: nobody there waits for a quarter of an hour.
 */
export function windowTimes(windowMs: number): WindowTimes {
  return {
    settleMs: Math.min(SETTLE_MS, Math.floor(windowMs / 4)),
    lookAgainMs: Math.min(LOOK_AGAIN_MS, Math.floor(windowMs / 2)),
    slotMs: Math.min(SLOT_MS, Math.ceil(windowMs / 6)),
  };
}
