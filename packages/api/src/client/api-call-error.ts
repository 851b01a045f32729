import { UpstreamError } from "@holdfast/appstore/errors";
import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import type { ApiErrorFacts } from "../errors/api-error-schema.ts";

/**
 * Why a call failed: a code of the server's, or one of ours where it gave none.
 *
 * - `API_UNREACHABLE`: there is no connection, or it ended too early
 * - `API_TIMEOUT`: no answer in time
 * - `API_ABORTED`: the caller's signal ended it
 * - `API_ANSWER_UNEXPECTED`: the answer is not Holdfast's: a proxy's page, a redirect, another server
 * - `API_ANSWER_MALFORMED`: the answer is not what the operation describes
 */
export type ApiCallErrorCode =
  | ApiErrorCode
  | "API_UNREACHABLE"
  | "API_TIMEOUT"
  | "API_ABORTED"
  | "API_ANSWER_UNEXPECTED"
  | "API_ANSWER_MALFORMED"
  | (string & {});

/** What is known of a failed call beside its code and message. */
export interface ApiCallFacts extends ApiErrorFacts {
  /** Absent where there was no answer. */
  readonly status?: number | undefined;
  /** When it may go better, in milliseconds since 1970, where the server said so. */
  readonly retryAt?: number | undefined;
}

/** A call that did not succeed. Neither it nor its message holds the token or what was sent. */
export class ApiCallError extends UpstreamError<ApiCallErrorCode> {
  readonly operationId: string;
  readonly status: number | undefined;
  readonly advice: string | undefined;
  /** What is wrong with what was sent, or with the flow; empty where the server named nothing. */
  readonly issues: NonNullable<ApiErrorFacts["issues"]>;
  /** How the resource stands now, where somebody else was first. */
  readonly current: ApiErrorFacts["current"];
  /** What Apple answered, where the server asked there. */
  readonly apple: ApiErrorFacts["apple"];
  /** Under which the server's log has the request. */
  readonly requestId: string | undefined;
  readonly retryAt: number | undefined;

  constructor(
    code: ApiCallErrorCode,
    { operationId, message }: { readonly operationId: string; readonly message: string },
    facts: ApiCallFacts = {},
  ) {
    super(code, `${operationId}: ${message}`);
    this.operationId = operationId;
    this.status = facts.status;
    this.advice = facts.advice;
    this.issues = facts.issues ?? [];
    this.current = facts.current;
    this.apple = facts.apple;
    this.requestId = facts.requestId;
    this.retryAt = facts.retryAt;
  }
}
