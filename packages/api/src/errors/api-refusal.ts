import { CodedError } from "@holdfast/appstore/errors";
import { API_ERRORS } from "./api-error-codes.ts";
import type { ApiErrorCode } from "./api-error-codes.ts";
import { MAX_ISSUES } from "./api-error-schema.ts";
import type { ApiErrorBody, ApiErrorFacts } from "./api-error-schema.ts";

/** What a refusal carries beside its code and its message. */
export interface RefusalFacts extends ApiErrorFacts {
  /** Seconds until it may go better; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** What went wrong inside; for the log, never sent. */
  readonly cause?: unknown;
}

/**
 * An answer that is no success, on its way to becoming one. Of no class of bad data, policy or failure:
 * which of these it is, its code and with it the status says.
 *
 * The message is sent: it holds no token, key, payload or transaction id.
 */
export class ApiRefusal extends CodedError<ApiErrorCode> {
  readonly facts: Readonly<Omit<RefusalFacts, "cause">>;

  constructor(code: ApiErrorCode, message: string, { cause, ...facts }: RefusalFacts = {}) {
    super(code, message, cause === undefined ? {} : { cause });
    this.facts = facts;
  }

  /** The HTTP status it is answered with. */
  get status(): number {
    return API_ERRORS[this.code].status;
  }

  /** The body it is answered with. */
  toBody(): ApiErrorBody {
    const { retryAfterSeconds: _, issues, ...facts } = this.facts;
    const { advice } = API_ERRORS[this.code];
    return {
      error: {
        code: this.code,
        message: this.message,
        advice,
        ...(issues === undefined ? {} : { issues: issues.slice(0, MAX_ISSUES) }),
        ...facts,
      },
    };
  }
}
