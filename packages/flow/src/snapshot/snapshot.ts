import type { AttributeType, HistoryMeasure } from "../evaluate/attributes.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";

/** The format this release writes; a runtime refuses formats it does not know. */
export const SNAPSHOT_FORMAT = "holdfast.snapshot/1";

/**
 * A compiled flow for one app and one environment: immutable, plain JSON, the same bytes for the
 * same document, catalog and review states. Its SHA-256 ({@link snapshotHash}) is its identity.
 */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  /** The app's bundle id. */
  readonly app: string;
  /** The app's id in the App Store, when the catalog knew it. */
  readonly appAppleId?: number;
  readonly environment: FlowEnvironment;
  /** Bucketing's version; see `BUCKETING_HASH_VERSION`. */
  readonly hashVersion: number;
  /** The team's own attributes and their types, by name without `attributes.`. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** By product id. */
  readonly products: Readonly<Record<string, SnapshotProduct>>;
  /** By name; only locales whose text may be sent. */
  readonly messages: Readonly<Record<string, SnapshotMessage>>;
  /** Rollout name → parts of 100,000. */
  readonly rollouts: Readonly<Record<string, number>>;
  readonly holdout?: SnapshotHoldout;
  /** In the order of trying. */
  readonly rules: readonly SnapshotRule[];
  readonly fallback: SnapshotPlainMessage;
}

/** What App Store Connect said about one product when the flow was compiled. */
export interface SnapshotProduct {
  readonly subscriptionGroup: string;
  /** 1 is the highest. */
  readonly level: number;
  /** ISO 8601, like `P1M`. */
  readonly period: string;
  /** Promotional offers' identifiers, sorted. */
  readonly offers: readonly string[];
}

/** One message's texts. */
export interface SnapshotMessage {
  /** The document's default; it may be missing in `locales` when Apple has not approved it. */
  readonly defaultLocale: string;
  /** Locale → the message's identifier at Apple, a lowercase UUID. */
  readonly locales: Readonly<Record<string, string>>;
}

/** The share of subscribers answered with the neutral message. */
export interface SnapshotHoldout {
  readonly key: string;
  /** Parts of 100,000. */
  readonly parts: number;
  readonly respond: SnapshotPlainMessage;
}

/** One rule. Exactly one of `respond` and `experiment` is there. */
export interface SnapshotRule {
  readonly name: string;
  /** The only products it can hold for, sorted; neither list means all products. */
  readonly products?: readonly string[];
  /** The only products it cannot hold for, sorted. */
  readonly exceptProducts?: readonly string[];
  /** Milliseconds since 1970, inclusive. */
  readonly from?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly until?: number;
  readonly when?: SnapshotCondition;
  readonly cooldownDays?: number;
  readonly respond?: SnapshotResponse;
  readonly experiment?: SnapshotExperiment;
}

/** A condition. */
export type SnapshotCondition =
  | { readonly all: readonly SnapshotCondition[] }
  | { readonly any: readonly SnapshotCondition[] }
  | { readonly not: SnapshotCondition }
  | { readonly rollout: string }
  | SnapshotTest;

/** What a test compares with. */
export type TestOperator =
  | "equals"
  | "in"
  | "notIn"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "before"
  | "after"
  | "exists"
  | "includes"
  | "notIncludes"
  | "startsWith";

/** One comparison of one attribute. Dates are milliseconds since 1970. */
export interface SnapshotTest {
  readonly attribute: string;
  /** With a history attribute: whose history. */
  readonly history?: SnapshotHistory;
  readonly operator: TestOperator;
  readonly value: string | number | boolean | readonly string[] | readonly number[];
  /** What the test says when the attribute is unknown; absent: unknown. */
  readonly ifUnknown?: boolean;
}

/** A rule's history, or an offer's (`productId/offerIdentifier`). */
export interface SnapshotHistory {
  readonly of: "rule" | "offer";
  readonly name: string;
  readonly measure: HistoryMeasure;
}

/** Weighted arms. */
export interface SnapshotExperiment {
  readonly key: string;
  /** Parts of 100,000; absent: everybody. */
  readonly trafficParts?: number;
  /** The experiment's own range of a group in which experiments exclude each other. */
  readonly exclusionGroup?: SnapshotExclusionRange;
  /** In the document's order, which the buckets follow. */
  readonly arms: readonly SnapshotArm[];
}

/** Buckets from `fromParts` (inclusive) to `toParts` (exclusive), of 100,000. */
export interface SnapshotExclusionRange {
  readonly key: string;
  readonly fromParts: number;
  readonly toParts: number;
}

/** One arm. */
export interface SnapshotArm {
  readonly name: string;
  /** A positive integer. */
  readonly weight: number;
  readonly respond: SnapshotResponse;
}

/** A plain message, by name. */
export interface SnapshotPlainMessage {
  readonly kind: "message";
  readonly message: string;
}

/** What a rule or an arm answers. */
export type SnapshotResponse =
  | (SnapshotPlainMessage & WithFallback)
  | SnapshotAlternateProduct
  | SnapshotPromotionalOffer
  | SnapshotAdvancedCommerce
  | { readonly kind: "deferToApple" };

interface WithFallback {
  readonly fallback?: SnapshotPlainMessage;
}

export interface SnapshotAlternateProduct extends WithFallback {
  readonly kind: "alternateProduct";
  readonly message: string;
  /** Current product → the product to switch to. */
  readonly products: Readonly<Record<string, SnapshotSwitchTarget>>;
}

export interface SnapshotSwitchTarget {
  readonly product: string;
  readonly billingPlanType?: string;
}

export interface SnapshotPromotionalOffer extends WithFallback {
  readonly kind: "promotionalOffer";
  readonly message: string;
  readonly signature: "v1" | "v2";
  /** Current product → the offer, and whose it is. */
  readonly offers: Readonly<Record<string, SnapshotOfferTarget>>;
}

export interface SnapshotOfferTarget {
  readonly product: string;
  readonly offer: string;
}

export interface SnapshotAdvancedCommerce extends WithFallback {
  readonly kind: "advancedCommerceInfo";
  readonly message: string;
  /** As the author wrote it. */
  readonly request: Readonly<Record<string, unknown>>;
}
