import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/**
 * The kinds of hosts that are told apart in counts: what is not one of the first two, for a newer release
 * wrote it, is `other`.
 */
export type CountedHost = "node" | "cloudflare-workers" | "other";

/** How lookups of subscriber state ended on each kind of host, by day. */
export interface LookupDaysTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When the UTC day of the requests begins, ms since 1970. */
  readonly day: number;
  readonly host: CountedHost;
  /** `found`, `notFound`, or why it was unavailable, like `late`. */
  readonly ending: string;
  readonly count: number;
}

/**
 * Who sends decisions that no disk keeps, one place of each: how many it made and how many of them came. Kept
 * for as long as something of it may still come.
 */
export interface DecisionSendersTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** The UUID it calls itself. */
  readonly isolate: string;
  readonly host: CountedHost;
  /** When the UTC day begins on which it was first heard of. */
  readonly day: number;
  /** The most it said. */
  readonly made: number;
  readonly received: number;
  /** What of both is in {@link DecisionLossesTable}. */
  readonly counted_made: number;
  readonly counted_received: number;
  readonly heard_at: number;
  /** When it has been silent for long enough to be counted; null where it was. */
  readonly due_at: number | null;
}

/**
 * Decisions that came from one sender although they were taken from another: Apple asked again, and another
 * isolate answered; or that were not kept, for their subscription was erased.
 */
export interface SenderRepeatsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly isolate: string;
  readonly request_identifier: string;
  readonly heard_at: number;
}

/** How many decisions senders that are silent made, and how many of them came, by the day they were first heard of. */
export interface DecisionLossesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly day: number;
  readonly host: CountedHost;
  readonly made: number;
  readonly received: number;
}
