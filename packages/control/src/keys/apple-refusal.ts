import { ApiRefusal } from "@holdfast/api/server";
import { AppleApiError } from "@holdfast/appstore/http";

/**
 * Returns what a failed call at Apple, made for a caller, is answered with; any other error as it is.
 * `APPLE_REFUSED` where Apple answered 4xx, `APPLE_UNREACHABLE` where its answer was none to use.
 */
export function appleRefusal(error: unknown): unknown {
  if (!(error instanceof AppleApiError)) return error;
  const { status, errorCode, errorName, errorMessage, retryable, advice, message } = error;
  const isRefused = status !== undefined && status >= 400 && status < 500;
  return new ApiRefusal(isRefused ? "APPLE_REFUSED" : "APPLE_UNREACHABLE", message, {
    ...(advice === undefined ? {} : { advice }),
    ...(status === undefined
      ? {}
      : {
          apple: {
            status,
            ...(errorCode === undefined ? {} : { errorCode }),
            ...(errorName === undefined ? {} : { errorName }),
            ...(errorMessage === undefined ? {} : { errorMessage }),
            isRetryable: retryable,
          },
        }),
    cause: error,
  });
}
