import { createApiTransport, systemApiClock } from "../http/index.ts";
import type { ApiCallingOptions } from "../http/index.ts";
import type { ConnectKey } from "../signatures/index.ts";
import type { ConnectCallOptions } from "./call-options.ts";
import type { ConnectClient } from "./connect-client.ts";
import type {
  ConnectApp,
  ConnectIntroductoryOffer,
  ConnectLocalization,
  ConnectPrice,
  ConnectPromotionalOffer,
  ConnectRecord,
  ConnectSubscription,
  ConnectSubscriptionGroup,
} from "./connect-record.ts";
import { describeRefusal } from "./describe-refusal.ts";
import { listAll } from "./list-pages.ts";
import { APPS, LISTS } from "./lists.ts";
import type { SubscriptionList } from "./lists.ts";
import { createRateLimitPacer } from "./rate-limit-pacer.ts";
import type { ConnectRateLimit } from "./rate-limit.ts";
import { createRetentionLists } from "./retention-lists.ts";
import { createReusedToken } from "./reused-token.ts";

/** Apple's host of the App Store Connect API; it has no environments. */
const CONNECT_BASE_URL = "https://api.appstoreconnect.apple.com";

/** What a client is made from. */
export interface ConnectClientOptions extends ApiCallingOptions {
  readonly key: ConnectKey;
  /** Instead of Apple's host; https, or http on this machine; may hold a path. */
  readonly baseUrl?: string | undefined;
  /** Told what remains of the hour's calls, with every answer that says so. */
  readonly onRateLimit?: ((limit: ConnectRateLimit) => void) | undefined;
}

/**
 * Returns a client of the App Store Connect API for one key. Calls slow down when little remains of
 * what the key may make in an hour.
 *
 * @throws UsageError `BASE_URL_INVALID`, `API_OPTION_INVALID`
 */
export function createConnectClient(options: ConnectClientOptions): ConnectClient {
  const { key, baseUrl = CONNECT_BASE_URL, clock = systemApiClock, onRateLimit } = options;
  const { fetch: send = (url: string, init: RequestInit) => fetch(url, init) } = options;
  const pacer = createRateLimitPacer(clock, onRateLimit);
  const transport = createApiTransport({
    ...options,
    baseUrl,
    token: createReusedToken(key, clock),
    pacer,
    describeError: describeRefusal,
    // Refusals tell what remains, too, and the transport shows the headers of successes only.
    async fetch(url, init) {
      const response = await send(url, init);
      pacer.observe(response);
      return response;
    },
  });
  const listOf =
    <R extends ConnectRecord>({ of, name, ...list }: SubscriptionList) =>
    (id: string, call?: ConnectCallOptions) =>
      listAll<R>(transport, { ...list, path: [of, id, name], signal: call?.signal });
  return {
    baseUrl: transport.baseUrl,
    async findApp(bundleId, call) {
      const { signal } = call ?? {};
      const apps = await listAll<ConnectApp>(transport, { ...APPS, filter: { bundleId }, signal });
      // Apple does not promise that the filter leaves out bundle ids that only begin so.
      return apps.find((app) => app.bundleId === bundleId);
    },
    listSubscriptionGroups: listOf<ConnectSubscriptionGroup>(LISTS.subscriptionGroups),
    listSubscriptionGroupLocalizations: listOf<ConnectLocalization>(LISTS.groupLocalizations),
    listSubscriptions: listOf<ConnectSubscription>(LISTS.subscriptions),
    listSubscriptionLocalizations: listOf<ConnectLocalization>(LISTS.subscriptionLocalizations),
    listSubscriptionPrices: listOf<ConnectPrice>(LISTS.subscriptionPrices),
    listPromotionalOffers: listOf<ConnectPromotionalOffer>(LISTS.promotionalOffers),
    listPromotionalOfferPrices: listOf<ConnectPrice>(LISTS.promotionalOfferPrices),
    listIntroductoryOffers: listOf<ConnectIntroductoryOffer>(LISTS.introductoryOffers),
    ...createRetentionLists(transport),
  };
}
