import type { DecisionSource, FlowEnvironment } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { JsonText } from "../storage/json-text.ts";

/**
 * Decisions as runtimes shipped them, for as long as raw rows are kept. Millions of them: they refer to no
 * app, for a reference would be checked with each row, and deleting an app would wait for all of its rows.
 * They are cleared after the app.
 */
export interface DecisionsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /**
   * When the day of the request begins in UTC. It stands before what is random in keys: a day's rows are near
   * each other in the indexes, so that the pages being written to are those of today, however many rows
   * there are. A repeat has the day of what it repeats.
   */
  readonly day: number;
  /** Apple's UUID of the request. */
  readonly request_identifier: string;
  readonly pseudonym: string;
  readonly requested_at: number;
  /** When it came here. */
  readonly received_at: number;
  readonly source: DecisionSource;
  readonly rule: string | null;
  readonly record: JsonText<KeptRecord>;
  /** Which sender without a disk it was taken from; null for any other. */
  readonly isolate: string | null;
}

type Subject = DecisionRecord["subject"];

/** A decision record as it is kept: what has a column may be left out. */
export type KeptRecord = {
  readonly [Member in Exclude<keyof DecisionRecord, "subject">]?:
    | DecisionRecord[Member]
    | undefined;
} & {
  readonly subject: Omit<Subject, "pseudonym"> & { readonly pseudonym?: string | undefined };
  /** What was delivered is what was assigned. */
  readonly isAsAssigned?: boolean;
};

/** How many decisions there were of which, by day; kept when raw rows are not. */
export interface DecisionCountsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When the day of the requests begins in UTC, ms since 1970. */
  readonly day: number;
  /** A hash of all that follows but the count. */
  readonly key: string;
  /** SHA-256 of the snapshot. */
  readonly snapshot: string;
  readonly source: DecisionSource;
  /** Here and below: the empty text where there is none. */
  readonly rule: string;
  readonly experiment: string;
  readonly arm: string;
  /** The kind of what was delivered. */
  readonly kind: string;
  readonly message: string;
  /** `productId/offerIdentifier` of a delivered offer, the product of a delivered switch. */
  readonly offer: string;
  readonly deviation: string;
  readonly count: number;
}

/** How lookups of subscriber state ended, by day. */
export interface DecisionLookupsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly day: number;
  /** `found`, `notFound`, or why it was unavailable, like `late`. */
  readonly ending: string;
  readonly count: number;
}

/**
 * For how many requests an attribute was known, by day. Among those whose lookup was needed; for the rest
 * of these it was unknown, and what is not here was known for none.
 */
export interface AttributeCountsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly day: number;
  /** Its full name, like `storefront` or `attributes.plan_usage`. */
  readonly attribute: string;
  readonly known: number;
  /** Known not to exist. */
  readonly absent: number;
}
