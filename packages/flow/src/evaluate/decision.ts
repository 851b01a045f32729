import type { FlowEnvironment } from "./subject.ts";

/** A response with every name resolved to what Apple knows: ready to be signed and sent. */
export type ResolvedResponse =
  | ResolvedMessage
  | ResolvedAlternateProduct
  | ResolvedPromotionalOffer
  | ResolvedAdvancedCommerce
  | ResolvedDeferToApple;

interface WithMessage {
  /** The message's name in the flow. */
  readonly message: string;
  /** The locale whose text was chosen. */
  readonly locale: string;
  /** A lowercase UUID. */
  readonly messageIdentifier: string;
}

export interface ResolvedMessage extends WithMessage {
  readonly kind: "message";
}

export interface ResolvedAlternateProduct extends WithMessage {
  readonly kind: "alternateProduct";
  readonly productId: string;
  readonly billingPlanType?: string;
}

export interface ResolvedPromotionalOffer extends WithMessage {
  readonly kind: "promotionalOffer";
  readonly productId: string;
  readonly offerIdentifier: string;
  /** Which of Apple's two signatures is asked for. */
  readonly signature: "v1" | "v2";
}

export interface ResolvedAdvancedCommerce extends WithMessage {
  readonly kind: "advancedCommerceInfo";
  /** The request of the Advanced Commerce API as the flow's author wrote it. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** A deliberate 503: Apple then shows its own message and offers. */
export interface ResolvedDeferToApple {
  readonly kind: "deferToApple";
}

/** Why the delivered response differs from the assigned one. */
export type Deviation =
  | "appPaused"
  | "offersPaused"
  | "offerStopped"
  | "messageRejected"
  | "offerNotForProduct"
  | "noApprovedText";

/** Where a response came from. */
export type DecisionSource = "rule" | "holdout" | "fallback";

/** One bucketing step: which layer, with what result. */
export interface BucketHash {
  readonly layer: "holdout" | "exclusionGroup" | "rollout" | "traffic" | "arm";
  /** The key in the document that the salt derives from. */
  readonly key: string;
  /** murmur3 x86 32 over `salt:originalTransactionId`, unsigned. */
  readonly hash: number;
}

/** What the flow says for one subject. */
export interface Evaluation {
  readonly environment: FlowEnvironment;
  readonly source: DecisionSource;
  /** The rule that held; absent when no rule did. */
  readonly rule?: string;
  readonly experiment?: { readonly key: string; readonly arm: string };
  /** In the order they were computed. */
  readonly hashes: readonly BucketHash[];
  /** Bucketing's version: which hash function and salts made `hashes`. */
  readonly hashVersion: number;
  /** What the rule says; `undefined` when it cannot be resolved for this subject. */
  readonly assigned: ResolvedResponse | undefined;
  /** Why the first candidate is not the assigned response; absent when it is. */
  readonly deviation?: Deviation;
  /**
   * What to send, in the order of trying: the assigned response unless stopped, the response's own
   * fallback, the flow's fallback. Empty means there is nothing approved to send.
   */
  readonly candidates: readonly ResolvedResponse[];
}

/** What has been stopped since the snapshot was published. */
export interface Stops {
  /** Counts up; 0 before the first stop list. */
  readonly sequence: number;
  /** Answer the flow's fallback to everything. */
  readonly appPaused: boolean;
  /** Send no offer of any kind. */
  readonly offersPaused: boolean;
  /** `productId/offerIdentifier`. */
  readonly stoppedOffers: ReadonlySet<string>;
  /** Identifiers of messages that Apple has rejected. */
  readonly rejectedMessages: ReadonlySet<string>;
}

/** Nothing is stopped. */
export const NO_STOPS: Stops = {
  sequence: 0,
  appPaused: false,
  offersPaused: false,
  stoppedOffers: new Set(),
  rejectedMessages: new Set(),
};
