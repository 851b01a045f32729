/**
 * What rules can see of one request: the request's own fields, and what is known of the subscriber.
 */
export interface Subject {
  readonly originalTransactionId: string;
  readonly appAppleId: number;
  readonly productId: string;
  /** The device's locale as Apple sent it. */
  readonly userLocale: string;
  readonly environment: FlowEnvironment;
  /** The request's signedDate, milliseconds since 1970: all times are computed at it. */
  readonly requestedAt: number;
  readonly subscriber: SubscriberLookup;
}

/** The two environments a flow is published to. */
export type FlowEnvironment = "sandbox" | "production";

/**
 * How the one lookup of subscriber state ended.
 *
 * - `found`: attributes in `state.attributes` are known, `null` there means absent, missing means unknown
 * - `notFound`: history is known and empty; every other stored attribute is unknown
 * - `unavailable`: history is unknown too, so a rule with a cooldown does not hold
 */
export type SubscriberLookup =
  | { readonly status: "found"; readonly state: SubscriberState }
  | { readonly status: "notFound" }
  | { readonly status: "unavailable"; readonly reason: UnavailableReason };

/** Why nothing is known of a subscriber. */
export type UnavailableReason = "notNeeded" | "noStore" | "failed" | "late" | "circuitOpen";

/** A value an attribute can have; `null` is *absent*: known not to exist. */
export type AttributeValue = string | number | boolean | readonly string[] | null;

/** What is known of one subscriber. */
export interface SubscriberState {
  /**
   * Stored attributes by their full name (`storefront`, `subscription.tenureDays`,
   * `attributes.plan_usage`). Times are milliseconds since 1970.
   *
   * Values that grow with time are stored as the instants they derive from where FLOW's attribute
   * says so (`subscription.tenureDays` comes from `subscriptionStartedAt`).
   */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Milliseconds since 1970; where it is known, `subscription.tenureDays` is computed from it at the request's time. */
  readonly subscriptionStartedAt?: number;
  readonly previousDecisions: PreviousDecisions;
}

/** What this subscriber was answered before. */
export interface PreviousDecisions {
  /** By rule name. */
  readonly rules: Readonly<Record<string, ExposureHistory>>;
  /** By `productId/offerIdentifier`. */
  readonly offers: Readonly<Record<string, ExposureHistory>>;
}

/** One rule's or offer's history with one subscriber. Times are milliseconds since 1970. */
export interface ExposureHistory {
  readonly count: number;
  /** The first exposure of the current cycle; a cycle ends when its cooldown has passed. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** When an offer of this rule (or this offer) was last redeemed. */
  readonly redeemedAt?: number;
}
