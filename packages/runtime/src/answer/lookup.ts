import type { SubscriberLookup } from "@holdfast/flow/evaluate";
import { needsSubscriberState } from "@holdfast/flow/evaluate";
import type { LivePublication } from "../ports/publications.ts";
import type { LookupEnding, SubscriberStore } from "../ports/subscribers.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { DeadlinePassed, startDeadline } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";

/** The bound on one lookup of subscriber state, by default. */
export const DEFAULT_LOOKUP_MS = 50;

/** What a lookup runs on. */
export interface LookupMeans {
  readonly store: SubscriberStore | undefined;
  readonly breaker: CircuitBreaker;
  readonly lookupMs: number;
  readonly elapsed: () => number;
}

/** Returns how a lookup ended, in one word. */
export function lookupEnding(lookup: SubscriberLookup): LookupEnding {
  return lookup.status === "unavailable" ? lookup.reason : lookup.status;
}

/** Endings of lookups for which a store was asked. */
const ASKED: ReadonlySet<LookupEnding> = new Set(["found", "notFound", "late", "failed"]);

/** Tells whether a store was asked, so that the lookup took its time. */
export function wasAsked(ending: LookupEnding): boolean {
  return ASKED.has(ending);
}

const NOT_NEEDED: SubscriberLookup = { status: "unavailable", reason: "notNeeded" };
const NO_STORE: SubscriberLookup = { status: "unavailable", reason: "noStore" };
const CIRCUIT_OPEN: SubscriberLookup = { status: "unavailable", reason: "circuitOpen" };

/**
 * Finds what is known of the subscriber: at most one lookup, only if a rule for this product needs
 * it, within its bound and the answer's own deadline. It never fails: whatever goes wrong makes
 * subscriber state unknown.
 */
export function lookUpSubscriber(
  live: LivePublication,
  subject: { readonly productId: string; readonly pseudonym: string },
  means: LookupMeans,
  deadline: Deadline,
): SubscriberLookup | Promise<SubscriberLookup> {
  if (!isNeeded(live, subject.productId)) return NOT_NEEDED;
  if (means.store === undefined) return NO_STORE;
  if (!means.breaker.allows()) return CIRCUIT_OPEN;
  const key = { app: live.app, environment: live.environment, pseudonym: subject.pseudonym };
  return boundedFind(means.store, key, means, deadline.remainingMs());
}

/** A snapshot that cannot say so fails again, and safely, when it is evaluated. */
function isNeeded(live: LivePublication, productId: string): boolean {
  try {
    return needsSubscriberState(live.snapshot, productId);
  } catch {
    return false;
  }
}

async function boundedFind(
  store: SubscriberStore,
  key: Parameters<SubscriberStore["find"]>[0],
  { breaker, elapsed, lookupMs }: LookupMeans,
  remainingMs: number,
): Promise<SubscriberLookup> {
  const abort = new AbortController();
  const bound = startDeadline(Math.min(lookupMs, remainingMs), elapsed);
  try {
    const state = await bound.before(store.find(key, abort.signal));
    breaker.succeeded();
    return state === undefined ? { status: "notFound" } : { status: "found", state };
  } catch (error) {
    const reason = error instanceof DeadlinePassed ? "late" : "failed";
    // A request that came late to its lookup says nothing of the store.
    if (reason === "failed" || remainingMs >= lookupMs) breaker.failed();
    abort.abort();
    return { status: "unavailable", reason };
  } finally {
    bound.end();
  }
}
