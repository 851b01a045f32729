import type { X509Certificate } from "./x509.ts";
import type { Validity } from "./issue-certificate.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_MS = 365 * DAY_MS;

/** Certificates are made anew this long before they end. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

/**
 * How long each certificate holds, around the moment it is made. Like Apple's: a root for 25 years,
 * an intermediate for 15, a leaf for two. They begin in the past, so that data dated back verifies.
 */
const SPANS = {
  root: { before: 10 * YEAR_MS, after: 15 * YEAR_MS },
  intermediate: { before: 5 * YEAR_MS, after: 10 * YEAR_MS },
  leaf: { before: YEAR_MS, after: YEAR_MS },
} as const;

/** Returns the validity a certificate made at `now` gets. */
export function validityAt(now: number, role: keyof typeof SPANS): Validity {
  const { before, after } = SPANS[role];
  return { notBefore: wholeSecond(now - before), notAfter: wholeSecond(now + after) };
}

/** Returns a validity that ended a day before `now`. */
export function endedValidity(now: number): Validity {
  return { notBefore: wholeSecond(now - YEAR_MS), notAfter: wholeSecond(now - DAY_MS) };
}

/** Tells whether `certificate` is past its end at `now`. */
export function isExpired({ notAfter }: X509Certificate, now: number): boolean {
  return notAfter.getTime() <= now;
}

/** Tells whether `certificate` is past its end at `now`, or nearly. */
export function isDueForRenewal({ notAfter }: X509Certificate, now: number): boolean {
  return notAfter.getTime() - RENEW_BEFORE_MS <= now;
}

function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
