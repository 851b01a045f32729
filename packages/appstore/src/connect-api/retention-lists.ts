import type { ApiTransport } from "../http/index.ts";
import type { ConnectCallOptions } from "./call-options.ts";
import type { ConnectRecord } from "./connect-record.ts";
import { findLinkedId } from "./find-linked-id.ts";
import { listAll } from "./list-pages.ts";

/**
 * EXPERIMENTAL: App Store Connect's own retention messages and offers, new in version 4.6 of its API. All
 * but the address of a subscription's message is inferred from how the rest of the API is made, so each
 * method may be refused with 404, and attributes have whatever type Apple sends. See `docs/catalog.md`.
 */
export interface ConnectRetentionLists {
  listRetentionMessages(
    appId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectRecord[]>;
  listRetentionMessageVersions(
    messageId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectRecord[]>;
  listRetentionMessageLocalizations(
    versionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectRecord[]>;
  listRetentionOffers(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<readonly ConnectRecord[]>;
  /** The id of the message a subscription has; null where it has none. */
  findRetentionMessageId(
    subscriptionId: string,
    options?: ConnectCallOptions,
  ): Promise<string | null>;
}

/** Where the lists are: `/v1/{of}/{id}/{name}`. */
const LISTS = {
  messages: { operation: "List Retention Messages", of: "apps", name: "retentionMessages" },
  versions: {
    operation: "List Retention Message Versions",
    of: "retentionMessages",
    name: "versions",
  },
  localizations: {
    operation: "List Retention Message Localizations",
    of: "retentionMessageVersions",
    name: "localizations",
  },
  offers: { operation: "List Retention Offers", of: "subscriptions", name: "retentionOffers" },
} as const;

/** Returns the experimental part of a client. */
export function createRetentionLists(transport: ApiTransport): ConnectRetentionLists {
  const listOf =
    ({ operation, of, name }: (typeof LISTS)[keyof typeof LISTS]) =>
    (id: string, call?: ConnectCallOptions) =>
      // No types: an attribute that is not what we guess it to be is passed over, not a fault.
      listAll(transport, { operation, path: [of, id, name], types: {}, signal: call?.signal });
  return {
    listRetentionMessages: listOf(LISTS.messages),
    listRetentionMessageVersions: listOf(LISTS.versions),
    listRetentionMessageLocalizations: listOf(LISTS.localizations),
    listRetentionOffers: listOf(LISTS.offers),
    findRetentionMessageId: (id, call) =>
      findLinkedId(transport, {
        operation: "Read the Retention Message of a Subscription",
        path: ["subscriptions", id, "relationships", "retentionMessage"],
        signal: call?.signal,
      }),
  };
}
