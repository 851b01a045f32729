import type { ApiClient } from "@holdfast/api/client";
import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";

/** A key of either kind, as the control plane shows it: never its private part. */
export type KeyBody =
  | RouteBody<typeof routes.addInAppPurchaseKey>
  | RouteBody<typeof routes.addConnectKey>;

/** A key, and whose. */
interface KeyPlace {
  readonly app: string;
  readonly key: string;
}

/** One of the two kinds of keys: what it is called, and the operations it has. */
export interface KeyKind {
  /** The commands' noun. */
  readonly noun: "keys" | "connect-keys";
  readonly name: "In-App Purchase key" | "App Store Connect key";
  /** What App Store Connect begins the names of its files with. */
  readonly filePrefix: string;
  readonly list: (client: ApiClient, app: string) => AsyncIterable<KeyBody>;
  readonly activate: (client: ApiClient, place: KeyPlace) => Promise<KeyBody>;
  readonly remove: (client: ApiClient, place: KeyPlace) => Promise<void>;
}

/** Signs offers and calls Apple's StoreKit APIs. */
export const IN_APP_PURCHASE_KEYS: KeyKind = {
  noun: "keys",
  name: "In-App Purchase key",
  filePrefix: "SubscriptionKey_",
  list: (client, app) => client.items(routes.listInAppPurchaseKeys, { params: { app } }),
  activate: async (client, params) =>
    (await client.call(routes.activateInAppPurchaseKey, { params })).body,
  remove: async (client, params) => {
    await client.call(routes.deleteInAppPurchaseKey, { params });
  },
};

/** Reads the catalog. */
export const CONNECT_KEYS: KeyKind = {
  noun: "connect-keys",
  name: "App Store Connect key",
  filePrefix: "AuthKey_",
  list: (client, app) => client.items(routes.listConnectKeys, { params: { app } }),
  activate: async (client, params) =>
    (await client.call(routes.activateConnectKey, { params })).body,
  remove: async (client, params) => {
    await client.call(routes.deleteConnectKey, { params });
  },
};
