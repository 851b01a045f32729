import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { CapturedRequest, RequestSource } from "./signed-requests.ts";

/** What an endpoint is checked with. */
export interface CheckOptions {
  readonly url: URL;
  /** Requests over new connections, and as many over kept ones. */
  readonly requests: number;
  readonly concurrency: number;
  /** Trusted instead of the usual roots, PEM. */
  readonly ca?: string | undefined;
  /** Requests the endpoint accepts. */
  readonly source?: RequestSource | undefined;
  /** A request the App Store once posted. */
  readonly captured?: CapturedRequest | undefined;
  /** What forged requests say of the app. */
  readonly payload: DecodedRealtimeRequestBody;
  /** Whether refusals are all that is asked about: then nothing is missing without an answer. */
  readonly refusalsOnly: boolean;
  /** Whether warnings count as failures. */
  readonly strict: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
}
