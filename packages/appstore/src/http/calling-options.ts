import { UsageError } from "../errors/index.ts";
import { LONGEST_TIMER_MS } from "./clock.ts";
import type { ApiClock } from "./clock.ts";
import type { ApiFetch } from "./exchange.ts";

/** A wait of a call, told when it begins. */
export interface ApiWait {
  readonly operation: string;
  /** `pace`: to stay below Apple's limit. `retry`: after a failed attempt. */
  readonly reason: "pace" | "retry";
  /** Milliseconds since 1970; with other calls waiting, a wait of the pace may be followed by another. */
  readonly until: number;
  /** The attempt that follows, from 1. */
  readonly attempt: number;
}

/** How a client sends and repeats: what the clients of all of Apple's APIs take. */
export interface ApiCallingOptions {
  /** Default: the host's. */
  readonly fetch?: ApiFetch | undefined;
  /** Default: the host's. */
  readonly clock?: ApiClock | undefined;
  /** From 0 up to but not including 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Milliseconds each attempt may take, the answer's body included; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is tried in all; default 4; 1 means no retries. */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds a call may spend waiting between its attempts, in all; default 60,000. A call that
   * would have to wait longer fails at once, with `retryAt`. Waiting for the pace does not count.
   */
  readonly longestWaitMs?: number | undefined;
  /** Refuses what changes anything at Apple; default false. */
  readonly readOnly?: boolean | undefined;
  /** The `User-Agent`, like `holdfast/1.2.3`; default `holdfast`. */
  readonly userAgent?: string | undefined;
  /** Told of every wait, so that progress can be shown. */
  readonly onWait?: ((wait: ApiWait) => void) | undefined;
}

/**
 * Returns a number of milliseconds or attempts as given.
 *
 * @throws UsageError `API_OPTION_INVALID` where it is no whole number from `least` up, or more than a
 *   timer can run
 */
export function checkWhole(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= LONGEST_TIMER_MS) return value;
  throw new UsageError(
    "API_OPTION_INVALID",
    `${name}: expected a whole number from ${least} to ${LONGEST_TIMER_MS}, got ${value}`,
  );
}
