import { BadDataError, CodedError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { RefusedSignedData } from "@holdfast/appstore/signed-data";

/** What a failed question means, and for whom. */
export type Failure =
  /** Apple knows no such transaction of this app in this environment. */
  | { readonly to: "notFound"; readonly code: string }
  /** This subscription is asked about again later; `isOutage` where any other might have failed as well. */
  | { readonly to: "later"; readonly code: string; readonly isOutage: boolean }
  /** Nobody of this app and environment is asked about before `until`, ms since 1970. */
  | { readonly to: "pause"; readonly code: string; readonly until: number };

/** Apple's numbers for an id that is no transaction of this app. */
const NOT_FOUND: ReadonlySet<number> = new Set([
  4_000_006, 4_000_008, 4_040_001, 4_040_005, 4_040_010,
]);

/** Apple's numbers for an app that is not there. */
const NO_APP: ReadonlySet<number> = new Set([4_000_002, 4_040_002, 4_040_003, 4_040_004]);

/** How long to wait where Apple asks for a pause without saying how long, ms. */
const LIMITED_MS = 60_000;

/** How long to wait where a key or an app is not accepted, ms: somebody has to change something. */
const REFUSED_MS = 5 * 60_000;

/**
 * Says what becomes of a question that failed.
 *
 * @param now - milliseconds since 1970
 * @throws the error where it is not about Apple's answer: an abort, the database, a defect
 */
export function judgeFailure(error: unknown, now: number): Failure {
  if (error instanceof AppleApiError) return judgeAnswer(error, now);
  const isData = error instanceof BadDataError || error instanceof RefusedSignedData;
  if (isData) return { to: "later", code: String(error.code), isOutage: false };
  throw error;
}

/** Says what a key that is missing, or does not open, means: as {@link judgeFailure}. */
export function judgeNoClient(error: unknown, now: number): Failure & { readonly to: "pause" } {
  if (!(error instanceof CodedError)) throw error;
  return { to: "pause", code: String(error.code), until: now + REFUSED_MS };
}

function judgeAnswer(error: AppleApiError, now: number): Failure {
  const code = error.errorName ?? error.code;
  switch (error.code) {
    case "REQUEST_ABORTED":
      throw error;
    case "APPLE_RATE_LIMITED":
      return { to: "pause", code, until: Math.max(now, error.retryAt ?? now + LIMITED_MS) };
    case "APPLE_UNAUTHORIZED":
    case "APPLE_NO_ACCESS":
      return { to: "pause", code, until: now + REFUSED_MS };
    case "APPLE_REFUSED":
      return judgeRefusal(error.errorCode ?? 0, code, now);
    case "APPLE_ANSWER_MALFORMED":
      return { to: "later", code, isOutage: false };
    default:
      return { to: "later", code, isOutage: true };
  }
}

function judgeRefusal(errorCode: number, code: string, now: number): Failure {
  if (NOT_FOUND.has(errorCode)) return { to: "notFound", code };
  if (NO_APP.has(errorCode)) return { to: "pause", code, until: now + REFUSED_MS };
  return { to: "later", code, isOutage: false };
}
