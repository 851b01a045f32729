import type { RuleStep } from "./judge-rule.ts";
import type { LocaleChoice } from "./resolve-locale.ts";
import type { AttributeValue, UnavailableReason } from "./subject.ts";
import type { TruthName } from "./truth.ts";

/** How an evaluation came about, for people. Recomputed on demand, never stored. */
export interface EvaluationTrace {
  /** Absent when the flow has no holdout. */
  readonly holdout?: BucketTrace;
  /** Every rule of the snapshot, in the order of trying. */
  readonly rules: readonly RuleTrace[];
  /** How the assigned message's text was chosen; absent when there is none. */
  readonly text?: LocaleChoice & { readonly message: string };
}

/**
 * What became of one rule.
 *
 * - `held`: it was the first to hold
 * - `notHeld`: a step failed
 * - `notReached`: the answer was found before
 * - `notForProduct`: it cannot hold for this product and was not looked at
 */
export type RuleResult = "held" | "notHeld" | "notReached" | "notForProduct";

/** One rule, and for a rule that was looked at every one of its steps. */
export interface RuleTrace {
  readonly rule: string;
  readonly result: RuleResult;
  /** The step it failed at. */
  readonly failedAt?: RuleStep;
  readonly schedule?: StepTrace;
  readonly when?: ConditionTrace;
  readonly cooldown?: StepTrace;
  readonly exclusionGroup?: BucketTrace;
  readonly traffic?: BucketTrace;
  readonly arm?: ArmTrace;
}

/** The outcome of a step, in words. */
export interface StepTrace {
  readonly truth: TruthName;
  readonly reason: string;
}

/** A range of buckets and where the subject is. */
export interface BucketTrace {
  readonly key: string;
  readonly hash: number;
  /** 0 to 99,999. */
  readonly bucket: number;
  /** Inclusive. */
  readonly fromParts: number;
  /** Exclusive. */
  readonly toParts: number;
  readonly inside: boolean;
}

/** The arm, and the bucket it follows from. */
export interface ArmTrace {
  readonly key: string;
  readonly arm: string;
  readonly hash: number;
  readonly bucket: number;
  readonly totalWeight: number;
}

/**
 * Why a value is not known: what {@link UnavailableReason} says where nothing could be had of the subscriber;
 * `notFound` nothing is stored of them; `notStored` this is not among it; `otherType` what is stored has
 * another type than the attribute; `notInCatalog` the catalog does not say it of the product;
 * `localeUnreadable` the device's locale is none.
 */
export type UnknownReason =
  | UnavailableReason
  | "notFound"
  | "notStored"
  | "otherType"
  | "notInCatalog"
  | "localeUnreadable";

/** One condition with its parts; a test has the value it saw. */
export interface ConditionTrace extends StepTrace {
  readonly kind: "all" | "any" | "not" | "rollout" | "test";
  readonly parts?: readonly ConditionTrace[];
  /** With a test: the attribute's name. */
  readonly attribute?: string;
  readonly operator?: string;
  /** What it was compared with. */
  readonly operand?: string | number | boolean | readonly string[] | readonly number[];
  /** The value seen: `null` is absent; missing is unknown. */
  readonly value?: AttributeValue;
  /** With a test whose value is unknown. */
  readonly unknownBecause?: UnknownReason;
}
