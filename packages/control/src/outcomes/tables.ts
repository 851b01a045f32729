import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { FlowEnvironment, ResolvedResponse } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";
import type { SignalDetails, SignalKind } from "./signal.ts";

/** What a subscriber did within the window after what they were answered; `open` while that is not known yet. */
export type Outcome =
  | "open"
  | "kept"
  | "cancelled"
  | "redeemed"
  | "switched"
  | "retentionOffer"
  | "unknown";

/** What became of the subscription when the period of its exposure ended; `open` while that is not known yet. */
export type Renewal = "open" | "renewed" | "lapsed" | "unknown";

/** What was sent; `none` where nothing approved was left to send. */
export type DeliveredKind = ResolvedResponse["kind"] | "none";

/**
 * Subscriptions that there are signals or units of. Whoever reads and then writes something about a
 * subscription's outcomes writes its row here first, so that one waits for the other. None of the tables of
 * subscriptions refers to `apps`: a check for each of millions of rows would cost more than deleting them
 * with their app by a statement each.
 */
export interface OutcomeSubjectsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  /** Rises with every lock. */
  readonly revision: number;
  /** 1 where there are units. */
  readonly has_units: number;
  /** When its units are to be looked at; 0 for at once, null for not before something is heard. */
  readonly due_at: number | null;
}

/** What subscribers did, as Apple told it. A row is its own key: what is told again changes nothing. */
export interface OutcomeSignalsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly pseudonym: string;
  /** When it happened, by Apple's clock. */
  readonly at: number;
  readonly kind: SignalKind;
  readonly details: JsonText<SignalDetails>;
}

/** First exposures, with what came of each. */
export interface OutcomeUnitsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** `erased:` and a random id after an erasure. */
  readonly pseudonym: string;
  /** What is counted: `experiment:KEY`, `rule:NAME`, `holdout:KEY` or `fallback`. */
  readonly unit: string;
  /** requestIdentifier; decides between two requests of the same millisecond. */
  readonly request: DecisionRecord["requestIdentifier"];
  /** requestedAt of the first request. */
  readonly exposed_at: number;
  /** The beginning of its day in UTC. */
  readonly day: number;
  readonly snapshot: string;
  /** Empty where no rule held. */
  readonly rule: string;
  /** Empty where there is no arm. */
  readonly arm: string;
  /** The name of the delivered message; empty where there was none. */
  readonly message: string;
  readonly delivered: DeliveredKind;
  /** The delivered offer's identifier; empty without one. */
  readonly offer: string;
  /** The product that was offered; empty where none was. */
  readonly target_product: string;
  /** The product at the request. */
  readonly product: string;
  readonly outcome: Outcome;
  readonly outcome_at: number | null;
  readonly renewal: Renewal;
  readonly renewal_at: number | null;
  /** When the period of the exposure ended; null while that is not known. */
  readonly period_ends_at: number | null;
  /** What the renewal paid, thousandths of the currency's unit; null without a known price. */
  readonly revenue: number | null;
  readonly currency: string | null;
}

/** How many units there are of each kind. */
export interface OutcomeCountsTable extends OutcomeGroup {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly outcome: Outcome;
  readonly renewal: Renewal;
  readonly count: number;
}

/** What renewals paid. */
export interface OutcomeRevenueTable extends OutcomeGroup {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly currency: string;
  /** Thousandths of the currency's unit. */
  readonly milliunits: number;
  readonly renewals: number;
}

/** What units are counted by. */
export interface OutcomeGroup {
  readonly unit: string;
  readonly rule: string;
  readonly arm: string;
  readonly message: string;
  readonly delivered: DeliveredKind;
  readonly day: number;
}

/** When notifications were signed: the proof that they come. */
export interface OutcomeHeardTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** The beginning of ten minutes in which Apple signed at least one. */
  readonly slot: number;
}

/** How outcomes are counted in a place; no row where nobody chose. */
export interface OutcomeSettingsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly window_ms: number;
  /** Rises with every edit; what ETags are made of. */
  readonly version: number;
  /** Up to which pseudonym units have been counted anew since the edit; null once all have. */
  readonly swept_after: string | null;
}
