import { UpstreamError } from "@holdfast/appstore/errors";

/**
 * Why a call to Cloudflare's API failed.
 *
 * - `CLOUDFLARE_UNREACHABLE`: no connection, a lost one, no answer in time, a 5xx, or keys that it said
 *   it could not write; each tried again as often as may be
 * - `CLOUDFLARE_REFUSED`: another 4xx, a redirect, or an answer that is not Cloudflare's
 * - `CLOUDFLARE_RATE_LIMITED`: 429; `retryAt` says when the next call may come, if Cloudflare said
 */
export type CloudflareErrorCode =
  | "CLOUDFLARE_UNREACHABLE"
  | "CLOUDFLARE_REFUSED"
  | "CLOUDFLARE_RATE_LIMITED";

/** What is known of a failed call. */
export interface CloudflareErrorFacts {
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** Cloudflare's numbers, like 10013; empty where it gave none. */
  readonly errorCodes?: readonly number[] | undefined;
  /** When it may be made again, in milliseconds since 1970. */
  readonly retryAt?: number | undefined;
}

/** A call to Cloudflare's API failed. Holds no token, key or value. */
export class CloudflareError
  extends UpstreamError<CloudflareErrorCode>
  implements CloudflareErrorFacts
{
  readonly status: number | undefined;
  readonly errorCodes: readonly number[];
  readonly retryAt: number | undefined;

  constructor(code: CloudflareErrorCode, message: string, facts: CloudflareErrorFacts = {}) {
    super(code, message);
    this.status = facts.status;
    this.errorCodes = facts.errorCodes ?? [];
    this.retryAt = facts.retryAt;
  }
}
