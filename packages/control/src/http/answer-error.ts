import { CodedError } from "@holdfast/appstore/errors";
import { ApiRefusal } from "@holdfast/api/server";

/** Seconds after which a database that cannot answer may be asked again, by storage's code. */
const UNAVAILABLE: Readonly<Record<string, number>> = {
  DATABASE_UNREACHABLE: 5,
  DATABASE_BUSY: 1,
  DATABASE_FULL: 60,
};

/**
 * Returns the refusal an error is answered with: itself where it is one, UNAVAILABLE where the database
 * cannot be used now, and INTERNAL, which says nothing, for all else. Each names the request, under which
 * the log has the rest.
 *
 * A connection that ends while it commits is UNAVAILABLE too, though the change may be there: a creation
 * repeated with its Idempotency-Key finds out, and an edit by its ETag.
 */
export function refusalOf(error: unknown, requestId: string): ApiRefusal {
  if (error instanceof ApiRefusal) {
    return new ApiRefusal(error.code, error.message, { ...error.facts, requestId });
  }
  const retryAfterSeconds =
    error instanceof CodedError ? UNAVAILABLE[String(error.code)] : undefined;
  if (retryAfterSeconds !== undefined) {
    return new ApiRefusal("UNAVAILABLE", "the database cannot be used at the moment", {
      retryAfterSeconds,
      requestId,
    });
  }
  return new ApiRefusal("INTERNAL", "something failed that should not", { requestId });
}
