import type { ApiCallError, ApiCallErrorCode } from "@holdfast/api/client";
import { UpstreamError } from "@holdfast/appstore/errors";

/** What is known of a failed call: an `ApiCallError`, or another {@link ControlCallError}. */
type FailedCall = Error &
  Pick<
    ApiCallError,
    "code" | "advice" | "status" | "issues" | "current" | "apple" | "requestId" | "retryAt"
  >;

/** What {@link ControlCallError} says that the call's own failure does not. */
export interface CallExplanation {
  /** In place of the server's advice, which knows nothing of this program. */
  readonly advice?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * A call of the control plane that failed: the code, the message and the facts of the client's own error.
 * A class apart, so that telling errors does not load the client into every command.
 */
export class ControlCallError extends UpstreamError<ApiCallErrorCode> {
  /** What to do about it. */
  readonly advice: string | undefined;
  /** Absent where there was no answer. */
  readonly status: number | undefined;
  /** What is wrong with what was sent, or with the flow. */
  readonly issues: ApiCallError["issues"];
  /** How the resource stands now, where somebody else was first. */
  readonly current: ApiCallError["current"];
  /** What Apple answered, where the server asked there. */
  readonly apple: ApiCallError["apple"];
  /** Under which the server's log has the request. */
  readonly requestId: string | undefined;
  /** When it may go better, in milliseconds since 1970. */
  readonly retryAt: number | undefined;

  constructor(
    cause: FailedCall,
    { advice = cause.advice, message = cause.message }: CallExplanation = {},
  ) {
    super(cause.code, message, { cause });
    this.advice = advice;
    this.status = cause.status;
    this.issues = cause.issues;
    this.current = cause.current;
    this.apple = cause.apple;
    this.requestId = cause.requestId;
    this.retryAt = cause.retryAt;
  }
}
