import { createStoreKitToken } from "../signatures/index.ts";
import type { InAppPurchaseKey } from "../signatures/index.ts";
import type { ApiCallingOptions } from "./calling-options.ts";
import { systemApiClock } from "./clock.ts";
import { storeKitBaseUrl } from "./store-kit-base-url.ts";
import type { ApiEnvironment } from "./store-kit-base-url.ts";
import { createApiTransport } from "./transport.ts";
import type { ApiTransport, ApiTransportOptions } from "./transport.ts";

/** For whom, and where: what the clients of Apple's StoreKit hosts take. */
export interface StoreKitClientOptions extends ApiCallingOptions {
  readonly environment: ApiEnvironment;
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  /** Instead of Apple's host; https, or http on this machine; may hold a path. */
  readonly baseUrl?: string | undefined;
}

/**
 * Returns a transport for the Retention Messaging and App Store Server APIs, with a fresh token of
 * five minutes for every attempt, as Apple's libraries do.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createStoreKitTransport(
  options: StoreKitClientOptions,
  { pacer, describeError }: Pick<ApiTransportOptions, "pacer" | "describeError"> = {},
): ApiTransport {
  const { key, bundleId, clock = systemApiClock } = options;
  return createApiTransport({
    ...options,
    baseUrl: storeKitBaseUrl(options.environment, options.baseUrl),
    token: () => createStoreKitToken({ key, bundleId, issuedAt: clock.now() }),
    pacer,
    describeError,
  });
}
