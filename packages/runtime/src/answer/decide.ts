import { BUCKETING_HASH_VERSION, evaluate, resolveFallback } from "@holdfast/flow/evaluate";
import type { Evaluation, Subject } from "@holdfast/flow/evaluate";
import type { LivePublication } from "../ports/publications.ts";

/** An evaluation, and what kept the flow itself from being evaluated, if anything did. */
export interface Decided {
  readonly evaluation: Evaluation;
  readonly error?: unknown;
}

/** Evaluates the live flow. A fault in evaluation leaves the flow's fallback, never an error. */
export function decide(live: LivePublication, subject: Subject): Decided {
  try {
    return { evaluation: evaluate(live.snapshot, subject, live.stops) };
  } catch (error) {
    return { evaluation: fallbackOnly(live, subject), error };
  }
}

function fallbackOnly(live: LivePublication, subject: Subject): Evaluation {
  return {
    environment: live.environment,
    source: "fallback",
    hashes: [],
    hashVersion: BUCKETING_HASH_VERSION,
    assigned: undefined,
    candidates: resolveFallback(live.snapshot, subject, live.stops),
  };
}
