import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "../wire/decision-record.ts";

/** Keeps requests as they came, for tests. Without one nobody keeps them. */
export interface RequestCapture {
  /** Is told of an answered request before its answer goes out; must return at once. */
  keep(answered: AnsweredRequest): void;
}

/** A request that was verified and answered. It holds the subscription's id, so it is for a capture alone. */
export interface AnsweredRequest {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** As it came. */
  readonly signedPayload: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly decision: DecisionRecord;
}
