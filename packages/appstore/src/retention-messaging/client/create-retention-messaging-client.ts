import {
  checkWhole,
  createStoreKitTransport,
  storeKitBaseUrl,
  systemApiClock,
} from "../../http/index.ts";
import type { AppleApiError, StoreKitClientOptions } from "../../http/index.ts";
import { createSendCall } from "./calls.ts";
import { createConfigurationCalls } from "./configuration-calls.ts";
import { createContentCalls } from "./content-calls.ts";
import { createPacer } from "./create-pacer.ts";
import type { Pacing } from "./create-pacer.ts";
import { describeRefusal } from "./describe-refusal.ts";
import { createPerformanceTestCalls } from "./performance-test-calls.ts";
import type { RetentionMessagingClient } from "./retention-messaging-client.ts";

/** Milliseconds an attempt to upload an image may take, for a picture may have megabytes. */
const UPLOAD_TIMEOUT_MS = 300_000;

/** What a client is made from. */
export interface RetentionMessagingClientOptions extends StoreKitClientOptions {
  /** Milliseconds an attempt to upload an image may take; default 300,000. */
  readonly uploadTimeoutMs?: number | undefined;
  /**
   * Whether calls wait so that Apple's limits per hour are kept; default `auto`: at Apple's hosts.
   * Each client counts for itself, so use one client per app and environment.
   */
  readonly pacing?: Pacing | undefined;
}

/**
 * Returns a client of the Retention Messaging API for one app in one environment.
 *
 * Reads, configurations and deletions are repeated when they fail for a passing reason. Uploads are
 * not idempotent: where the answer is lost, Apple's list says whether the upload is there, and if
 * not, it is made once more. A performance test is started again only where Apple refused with 429
 * or could not be reached.
 *
 * Beside `AppleApiError`, methods throw `PolicyError` `READ_ONLY` and `UsageError` `SANDBOX_ONLY` (a
 * performance test in production) and `PATH_SEGMENT_INVALID`, all before anything is sent.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createRetentionMessagingClient(
  options: RetentionMessagingClientOptions,
): RetentionMessagingClient {
  const { environment, bundleId, clock = systemApiClock, maxAttempts } = options;
  const { pacing = "auto" } = options;
  const uploadTimeoutMs = checkWhole(
    "uploadTimeoutMs",
    options.uploadTimeoutMs ?? UPLOAD_TIMEOUT_MS,
    1,
  );
  const baseUrl = storeKitBaseUrl(environment, options.baseUrl);
  const pacer = createPacer(pacing, { environment, baseUrl, clock });
  const transport = createStoreKitTransport(options, { pacer, describeError: describeRefusal });
  const send = createSendCall(transport);
  const mayRepeat = ({ retryAt = 0 }: AppleApiError): boolean =>
    maxAttempts !== 1 && retryAt <= clock.now();
  return {
    environment,
    bundleId,
    baseUrl,
    ...createContentCalls({ send, uploadTimeoutMs, mayRepeat }),
    ...createConfigurationCalls(send),
    ...createPerformanceTestCalls(send, environment),
  };
}
