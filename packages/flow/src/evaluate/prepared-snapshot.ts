import type {
  Snapshot,
  SnapshotHistory,
  SnapshotPlainMessage,
  SnapshotProduct,
  SnapshotResponse,
  TestOperator,
} from "../snapshot/snapshot.ts";
import type { AttributeType } from "./attributes.ts";
import type { BucketHash } from "./decision.ts";
import type { ParsedLocale } from "./locale.ts";
import type { AvailableLocales } from "./resolve-locale.ts";
import type { AttributeValue, Subject } from "./subject.ts";
import type { Truth } from "./truth.ts";

/** A snapshot indexed for evaluation; made once by `prepareSnapshot`. */
export interface PreparedSnapshot {
  readonly snapshot: Snapshot;
  readonly products: ReadonlyMap<string, SnapshotProduct>;
  readonly messages: ReadonlyMap<string, PreparedMessage>;
  /** What can hold for a product, by product id. */
  readonly rulesByProduct: ReadonlyMap<string, ProductRules>;
  /** What can hold for a product the snapshot does not name. */
  readonly otherRules: ProductRules;
  readonly holdout?: PreparedHoldout;
  readonly fallback: SnapshotPlainMessage;
  /** How many different attributes tests read: the length of a context's `values`. */
  readonly attributeCount: number;
}

/** The rules that can hold for one product, in order, and what is known of them beforehand. */
export interface ProductRules {
  readonly rules: readonly PreparedRule[];
  /** Whether one of them looks at subscriber state. */
  readonly needsSubscriberState: boolean;
  /** The first rule that can answer `deferToApple`. */
  readonly canDefer?: string;
}

/** One message's texts, indexed. */
export interface PreparedMessage {
  readonly name: string;
  readonly defaultLocale: string;
  readonly available: AvailableLocales;
  /** Locale → identifier at Apple. */
  readonly identifiers: ReadonlyMap<string, string>;
}

/** The holdout with its salt. */
export interface PreparedHoldout {
  readonly key: string;
  readonly salt: string;
  readonly parts: number;
  readonly respond: SnapshotPlainMessage;
}

/** One rule with what is computed once. */
export interface PreparedRule {
  readonly name: string;
  /** Milliseconds since 1970; minus infinity when open. */
  readonly from: number;
  /** Milliseconds since 1970, exclusive; infinity when open. */
  readonly until: number;
  readonly when: PreparedCondition | undefined;
  readonly cooldownMs: number | undefined;
  readonly experiment: PreparedExperiment | undefined;
  /** Absent with an experiment. */
  readonly respond: SnapshotResponse | undefined;
}

/** An experiment with its salts. */
export interface PreparedExperiment {
  readonly key: string;
  readonly exclusionGroup: PreparedRange | undefined;
  /** From 0 to the share of traffic; absent when everybody takes part. */
  readonly traffic: PreparedRange | undefined;
  readonly armSalt: string;
  readonly arms: readonly PreparedArm[];
  readonly totalWeight: number;
}

/** A range of 100,000 buckets under one salt. */
export interface PreparedRange {
  readonly layer: "exclusionGroup" | "traffic";
  readonly key: string;
  readonly salt: string;
  readonly fromParts: number;
  readonly toParts: number;
}

/** An arm with the end of its range of buckets. */
export interface PreparedArm {
  readonly name: string;
  /** Exclusive. */
  readonly endsAt: number;
  readonly respond: SnapshotResponse;
}

/** A condition ready to be judged. */
export type PreparedCondition =
  | { readonly kind: "all" | "any"; readonly parts: readonly PreparedCondition[] }
  | { readonly kind: "not"; readonly part: PreparedCondition }
  | PreparedRollout
  | PreparedTest;

/** A named rollout with its salt. */
export interface PreparedRollout {
  readonly kind: "rollout";
  readonly name: string;
  readonly salt: string;
  readonly parts: number;
}

/** One comparison with its reader. */
export interface PreparedTest {
  readonly kind: "test";
  readonly attribute: PreparedAttribute;
  readonly operator: TestOperator;
  readonly value: string | number | boolean | readonly string[] | readonly number[];
  /** The members of `value`, for `in` and `notIn`. */
  readonly members: ReadonlySet<unknown> | undefined;
  readonly ifUnknown: Truth;
}

/** An attribute as tests read it. */
export interface PreparedAttribute {
  readonly name: string;
  readonly type: AttributeType;
  /** Its place in a context's `values`; -1 for history, which is read each time. */
  readonly slot: number;
  readonly history: SnapshotHistory | undefined;
  readonly read: AttributeReader;
}

/** Returns an attribute's value: `null` is absent, `undefined` unknown. */
export type AttributeReader = (context: EvaluationContext) => AttributeValue | undefined;

/** All that one evaluation works on. */
export interface EvaluationContext {
  readonly prepared: PreparedSnapshot;
  readonly subject: Subject;
  readonly locale: ParsedLocale | undefined;
  /** Attribute values by slot; {@link UNREAD} until read. */
  readonly values: unknown[];
  /** Every bucketing step so far. */
  readonly hashes: BucketHash[];
  /** Hashes by salt, so that a layer is hashed once. */
  readonly hashesBySalt: Map<string, number>;
}

/** Marks a slot nothing was read into yet; no attribute's value. */
export const UNREAD: unique symbol = Symbol("unread");
