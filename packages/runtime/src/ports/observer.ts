import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "../wire/decision-record.ts";
import type { LookupEnding } from "./subscribers.ts";

/** Is told how each request ended; logs and metrics are made from this and nothing else. */
export interface Observer {
  onAnswer(event: AnswerEvent): void;
}

/**
 * How a request ended.
 *
 * - `answered`: the assigned response was sent
 * - `fallback`: another approved response was sent instead
 * - `deferred`: a deliberate 503, the flow said `deferToApple`
 * - `refused`: a 4xx, the request was bad
 * - `unavailable`: a 5xx, we could not answer
 */
export type AnswerOutcome = "answered" | "fallback" | "deferred" | "refused" | "unavailable";

/** One request, ended. Holds no transaction id, token, key or payload. */
export interface AnswerEvent {
  readonly outcome: AnswerOutcome;
  readonly status: number;
  readonly latencyMs: number;
  /** Only ids that are configured here: a made-up one must not become a label. */
  readonly app?: string;
  readonly environment?: FlowEnvironment;
  /** Why it was refused, unavailable, or a fallback; stable. */
  readonly code?: string;
  readonly decision?: DecisionRecord;
  readonly signing?: "signed" | "failed";
  /** How the lookup of subscriber state ended, for verified requests. */
  readonly lookup?: LookupEnding;
  /** How long it took; absent when no store was asked. */
  readonly lookupMs?: number;
  /** Our clock less the request's signedDate, for verified requests. */
  readonly clockSkewMs?: number;
  /** What went wrong inside, for the log; its message is free of secrets by the errors' contract. */
  readonly error?: unknown;
}
