import { CodedError } from "@holdfast/appstore/errors";

/** What a failed attempt means. */
export interface Setback {
  /** The code of why. */
  readonly problem: string;
  /** When it is tried again, ms since 1970. */
  readonly nextAt: number;
}

/** The first and the longest wait after what passes by itself, ms; twice as long each time. */
const PASSING = { firstMs: 2000, longestMs: 30_000 } as const;

/** How long to wait where somebody has to change something, ms. */
const STANDING_MS = 60_000;

/** The longest wait there is after a failure, ms. */
export const LONGEST_WAIT_MS: number = Math.max(PASSING.longestMs, STANDING_MS);

/** What passes by itself. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "CLOUDFLARE_UNREACHABLE",
  "CLOUDFLARE_RATE_LIMITED",
]);

/** Which attempt failed, and when. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Says what becomes of an attempt to write or read at Cloudflare that failed.
 *
 * @throws the error where it is not about Cloudflare, the token or the value: the database, a defect
 */
export function judgeSetback(error: unknown, { attempt, now }: FailedAttempt): Setback {
  const problem = codeOf(error);
  if (!PASSING_CODES.has(problem)) return { problem, nextAt: now + STANDING_MS };
  const waitMs = Math.min(PASSING.longestMs, PASSING.firstMs * 2 ** Math.min(attempt - 1, 10));
  return { problem, nextAt: now + waitMs };
}

const KNOWN = /^(?:CLOUDFLARE|KV|SECRET)_/;

function codeOf(error: unknown): string {
  // The time for one attempt was over.
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return "CLOUDFLARE_UNREACHABLE";
  }
  if (error instanceof CodedError && KNOWN.test(String(error.code))) return String(error.code);
  throw error;
}
