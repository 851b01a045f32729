import type { AppleApiError, AppleApiErrorCode } from "@holdfast/appstore/http";

/** After these the next call would fare no better, whatever it is. */
const FINAL: ReadonlySet<AppleApiErrorCode> = new Set([
  "APPLE_UNAUTHORIZED",
  "APPLE_NO_ACCESS",
  // The client waits for its turn by itself; this one would have been too long.
  "APPLE_RATE_LIMITED",
  "APPLE_UNREACHABLE",
  "REQUEST_ABORTED",
]);

/** Failures of Apple's or the network's, which may have gone by at the next call. */
const PASSING: ReadonlySet<AppleApiErrorCode> = new Set([
  "APPLE_FAILED",
  "APPLE_TIMEOUT",
  "APPLE_CONNECTION_LOST",
]);

/** Failures that are of the moment, beside those of {@link PASSING}. */
const OF_THE_MOMENT: ReadonlySet<AppleApiErrorCode> = new Set([
  "APPLE_RATE_LIMITED",
  "APPLE_UNREACHABLE",
  "REQUEST_ABORTED",
]);

/** So many of them in a row, each after the client's own retries, are an outage. */
const MAX_PASSING_IN_A_ROW = 3;

/** Counts over many calls how many in a row have failed. */
export interface FailureStreak {
  /**
   * Takes note of how a call ended; without an error it went well. Returns whether the work should
   * end: a refusal is about one call, but what would fail for all of them, and the third failure of
   * Apple's or the network's in a row, is about the rest, too.
   */
  readonly endsWork: (error: AppleApiError | undefined) => boolean;
}

/** Makes a {@link FailureStreak} at zero: one for each piece of work. */
export function createFailureStreak(): FailureStreak {
  let inARow = 0;
  return {
    endsWork(error) {
      inARow = error !== undefined && PASSING.has(error.code) ? inARow + 1 : 0;
      return error !== undefined && (FINAL.has(error.code) || inARow >= MAX_PASSING_IN_A_ROW);
    },
  };
}

/**
 * Tells of a failure's code whether applying again, a while later and with nothing mended, may go better:
 * a refusal stays one, an outage passes.
 */
export function isPassingFailure(code: string): boolean {
  // A set knows whether it has a text, whatever the text is.
  const known = code as AppleApiErrorCode;
  return PASSING.has(known) || OF_THE_MOMENT.has(known);
}
