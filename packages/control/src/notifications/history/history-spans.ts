import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { NotificationMode } from "../tables.ts";
import { MAX_AGE_MS } from "../verify-notification.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often everything since the last recovery is read again, ms, whichever way notifications come. */
export const RECOVER_EVERY_MS = 6 * HOUR_MS;

/** How often Apple is asked where it does not post, ms. */
export const POLL_EVERY_MS = MINUTE_MS;

/**
 * How far a reading goes back behind the one before, ms: Apple promises nothing about when a notification is
 * in its history, so what was late for one reading is there for a later one.
 */
const OVERLAP_MS = { recover: RECOVER_EVERY_MS, poll: 10 * MINUTE_MS } as const;

/**
 * How far back Apple's history is asked for, ms. In the sandbox it holds 30 days; in production it holds 180,
 * which is more than notifications are taken for. A day and an hour less, so that no clock makes it too much.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-notification-history
 */
const REACH_MS: Readonly<Record<FlowEnvironment, number>> = {
  sandbox: 29 * DAY_MS,
  production: MAX_AGE_MS - HOUR_MS,
};

/** How long reading a span may take, ms; with what it reaches back less than what Apple keeps. */
const READING_MS = 12 * HOUR_MS;

/** How far back the first reading goes, ms: an app that was here long before may have years of history. */
const FIRST_REACH_MS = 29 * DAY_MS;

/** What is known when a span is decided. */
export interface SpanFacts {
  readonly environment: FlowEnvironment;
  readonly mode: NotificationMode;
  /** Everything before was read; ms since 1970. */
  readonly coveredUntil: number;
  /** When it was last read as far back as recovery does. */
  readonly recoveredAt: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A span of Apple's history, in ms since 1970. */
export interface HistorySpan {
  readonly from: number;
  readonly until: number;
}

/** Returns where reading begins for an app: when it came here, or as far back as a first reading goes. */
export function firstCovered(createdAt: number, now: number): number {
  return Math.max(createdAt, now - FIRST_REACH_MS);
}

/** Tells whether the next reading has to go back as far as recovery does. */
function isRecoveryDue({ mode, recoveredAt, now }: SpanFacts): boolean {
  return mode === "push" || recoveredAt === null || now - recoveredAt >= RECOVER_EVERY_MS;
}

/** Returns what is to be read next: up to now, from a little before what was read. */
export function nextSpan(facts: SpanFacts): HistorySpan {
  const { environment, coveredUntil, now } = facts;
  const overlap = isRecoveryDue(facts) ? OVERLAP_MS.recover : OVERLAP_MS.poll;
  const from = Math.max(coveredUntil - overlap, now - REACH_MS[environment]);
  return { from: Math.min(from, now), until: now };
}

/** Tells whether a span that was begun can be read to its end: Apple refuses what is out of its reach by now. */
export function isInReach(
  { from }: Pick<HistorySpan, "from">,
  { environment, now }: Pick<SpanFacts, "environment" | "now">,
): boolean {
  return from >= now - REACH_MS[environment] - READING_MS;
}

/** Tells whether a span goes back as far as recovery does, or as Apple's history: no poll's does. */
export function isRecovery({ from }: HistorySpan, coveredUntil: number): boolean {
  return from !== coveredUntil - OVERLAP_MS.poll;
}
