import type {
  BucketHash,
  DecisionSource,
  Deviation,
  FlowEnvironment,
  ResolvedResponse,
  SubscriberLookup,
} from "@holdfast/flow/evaluate";

/** The version of {@link DecisionRecord} written here. */
export const DECISION_RECORD_FORMAT = "holdfast.decision/1";

/**
 * One evaluated request, as it is kept and shipped to control. JSON, one record a line.
 * The subscription appears as its pseudonym and as a sealed id that only control can open.
 */
export interface DecisionRecord {
  readonly format: typeof DECISION_RECORD_FORMAT;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Apple's UUID of the request; ingestion drops repeats by it. */
  readonly requestIdentifier: string;
  /** The request's signedDate, milliseconds since 1970. */
  readonly requestedAt: number;
  /** When we decided, milliseconds since 1970. */
  readonly decidedAt: number;
  /** Milliseconds from the request's arrival to the response being ready. */
  readonly latencyMs: number;
  readonly subject: RecordedSubject;
  /** SHA-256 of the snapshot. */
  readonly snapshot: string;
  readonly stopListSequence: number;
  readonly source: DecisionSource;
  readonly rule?: string;
  readonly experiment?: { readonly key: string; readonly arm: string };
  readonly hashes: readonly BucketHash[];
  readonly hashVersion: number;
  /** What the flow said; absent when the flow could not be evaluated. */
  readonly assigned?: ResolvedResponse;
  /** What was sent; absent when nothing approved was left to send. */
  readonly delivered?: ResolvedResponse;
  /** Why `delivered` is not `assigned`. */
  readonly deviation?: Deviation | DeliveryDeviation;
  /** What kind of host decided; absent in records of older releases. */
  readonly host?: DecisionHost;
}

/** A kind of host. */
export type DecisionHost = "node" | "cloudflare-workers";

/** What kept a decided response from being sent. */
export type DeliveryDeviation = "signingFailed" | "budgetExceeded" | "evaluationFailed";

/** The subject as it was evaluated. */
export interface RecordedSubject {
  readonly productId: string;
  readonly userLocale: string;
  /** HMAC of originalTransactionId under the app's pseudonym key, base64url. */
  readonly pseudonym: string;
  /** originalTransactionId, sealed; `purpose` is `decision`. */
  readonly sealedId: string;
  readonly subscriber: SubscriberLookup;
}
