import { createConnectClient } from "@holdfast/appstore/connect-api";
import type { ConnectClient, ConnectRateLimit } from "@holdfast/appstore/connect-api";
import { PolicyError } from "@holdfast/appstore/errors";
import type { ApiCallingOptions, StoreKitClientOptions } from "@holdfast/appstore/http";
import { createRetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { createAppStoreServerClient } from "@holdfast/appstore/server-api";
import type { AppStoreServerClient } from "@holdfast/appstore/server-api";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { App } from "../apps/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";
import { findActiveConnectKey } from "./connect-keys.ts";
import { findActiveInAppPurchaseKey } from "./in-app-purchase-keys.ts";
import { noteKeyUse } from "./key-rows.ts";
import { openConnectKey, openInAppPurchaseKey } from "./open-keys.ts";
import type { StoredConnectKey, StoredInAppPurchaseKey } from "./stored-key.ts";

/** What Apple's clients are made from. */
export interface AppleClientsOptions {
  readonly queries: Queries;
  readonly keyring: Keyring;
  /** Instead of Apple's hosts, for a local App Store: https, or http on this machine. */
  readonly hosts?: Partial<Readonly<Record<FlowEnvironment | "connect", string>>>;
  readonly calling?: ApiCallingOptions;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/** A client with what its key was last told of its hourly limit. */
export interface PacedConnectClient {
  readonly client: ConnectClient;
  /** Undefined where App Store Connect has not said it in the last minutes. */
  readonly rateLimit: () => ConnectRateLimit | undefined;
}

/**
 * Clients of Apple's APIs with an app's active keys, or with one that is to be tried. There is one client
 * for each key and place, which keeps Apple's rates over all that is done with it in this process.
 *
 * Every method throws PolicyError `KEY_MISSING` where the app has no active key of the kind, and what opening
 * a secret throws.
 */
export interface AppleClients {
  connect(app: App, key?: StoredConnectKey): Promise<PacedConnectClient>;
  retentionMessaging(
    app: App,
    environment: FlowEnvironment,
    key?: StoredInAppPurchaseKey,
  ): Promise<RetentionMessagingClient>;
  /** Of the App Store Server API; it paces nothing by itself. */
  appStoreServer(
    app: App,
    environment: FlowEnvironment,
    key?: StoredInAppPurchaseKey,
  ): Promise<AppStoreServerClient>;
}

/**
 * How long what App Store Connect said of its limit holds, ms: the hour is a rolling one, and nothing else
 * tells that there are calls again.
 */
const RATE_LIMIT_HOLDS_MS = 5 * 60_000;

/** Returns clients of Apple's APIs for any app. */
export function createAppleClients(options: AppleClientsOptions): AppleClients {
  const { queries, keyring, hosts = {}, calling = {}, now = Date.now } = options;
  const connectClients = new Map<string, PacedConnectClient>();
  const messagingClients = new Map<string, RetentionMessagingClient>();
  const serverClients = new Map<string, AppStoreServerClient>();

  /** What both of Apple's APIs for purchases are called with. */
  async function storeKitKey(
    app: App,
    environment: FlowEnvironment,
    given: StoredInAppPurchaseKey | undefined,
  ) {
    const key = given ?? (await findActiveInAppPurchaseKey(queries, app.id));
    if (key === undefined) throw missing(app, "In-App Purchase key");
    const use = { app: app.id, keyId: key.keyId, at: now() };
    await noteKeyUse(queries, "in_app_purchase_keys", use);
    return {
      name: `${nameOf(app, key)} ${environment}`,
      open: async (): Promise<StoreKitClientOptions> => ({
        ...calling,
        environment,
        bundleId: app.bundleId,
        key: await openInAppPurchaseKey(queries, keyring, { app: app.id, key }),
        baseUrl: hosts[environment],
      }),
    };
  }

  return {
    async connect(app, given) {
      const key = given ?? (await findActiveConnectKey(queries, app.id));
      if (key === undefined) throw missing(app, "App Store Connect key");
      await noteKeyUse(queries, "connect_keys", { app: app.id, keyId: key.keyId, at: now() });
      return cached(connectClients, nameOf(app, key), async () => {
        let told: { readonly limit: ConnectRateLimit; readonly at: number } | undefined;
        const client = createConnectClient({
          ...calling,
          key: await openConnectKey(queries, keyring, { app: app.id, key }),
          baseUrl: hosts.connect,
          onRateLimit: (limit) => {
            told = { limit, at: now() };
          },
        });
        return {
          client,
          rateLimit() {
            const isFresh = told !== undefined && now() - told.at < RATE_LIMIT_HOLDS_MS;
            return isFresh ? told?.limit : undefined;
          },
        };
      });
    },
    async retentionMessaging(app, environment, given) {
      const { name, open } = await storeKitKey(app, environment, given);
      return cached(messagingClients, name, async () =>
        createRetentionMessagingClient(await open()),
      );
    },
    async appStoreServer(app, environment, given) {
      const { name, open } = await storeKitKey(app, environment, given);
      return cached(serverClients, name, async () => createAppStoreServerClient(await open()));
    },
  };
}

/** A key that is deleted and added again, or an app created anew under its id, is another one. */
function nameOf(app: App, key: StoredConnectKey | StoredInAppPurchaseKey): string {
  return [app.id, app.createdAt, key.keyId, key.createdAt].join(" ");
}

async function cached<Client>(
  clients: Map<string, Client>,
  name: string,
  create: () => Promise<Client>,
): Promise<Client> {
  const known = clients.get(name);
  if (known !== undefined) return known;
  const client = await create();
  // Somebody else may have made one meanwhile: all use the first.
  const first = clients.get(name) ?? client;
  clients.set(name, first);
  return first;
}

function missing({ id }: App, what: string): PolicyError<"KEY_MISSING"> {
  return new PolicyError("KEY_MISSING", `${id}: expected an active ${what}, got none; add one`);
}
