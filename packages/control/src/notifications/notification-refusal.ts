import { ApiRefusal } from "@holdfast/api/server";
import { BadSignedData, RefusedSignedData } from "@holdfast/appstore/signed-data";

/** Seconds after which chains that nobody knows are verified again. */
const BUDGET_RETRY_SECONDS = 1;

/**
 * Returns what a notification that is no good is answered with: INPUT_INVALID, which tells Apple that it
 * came and was not taken, with a code of its own in the issue.
 */
export function invalidNotification(code: string, message: string): ApiRefusal {
  return new ApiRefusal("INPUT_INVALID", `receiveNotification: ${code}: ${message}`, {
    issues: [{ path: ["body", "signedPayload"], message, code }],
  });
}

/**
 * Returns what cannot be judged now is answered with: UNAVAILABLE, upon which Apple sends the notification
 * again.
 */
export function notNow(message: string, retryAfterSeconds: number): ApiRefusal {
  return new ApiRefusal("UNAVAILABLE", `receiveNotification: ${message}`, { retryAfterSeconds });
}

/**
 * Returns what an error of verifying is answered with: what is forged or for somebody else is invalid, more
 * unknown chains than are verified in a second is a reason to come again. Any other error as it is.
 */
export function refusalOfSigned(error: unknown): unknown {
  if (error instanceof RefusedSignedData && error.code === "CHAIN_BUDGET_EXCEEDED") {
    return notNow(error.message, BUDGET_RETRY_SECONDS);
  }
  return isRefused(error) ? invalidNotification(error.code, error.message) : error;
}

/** Tells whether signed data is bad for good: no later attempt makes it better. */
export function isRefused(error: unknown): error is BadSignedData | RefusedSignedData {
  if (error instanceof BadSignedData) return true;
  return error instanceof RefusedSignedData && error.code !== "CHAIN_BUDGET_EXCEEDED";
}
