import type {
  CatalogIntroductoryOffer,
  CatalogPrice,
  CatalogText,
  ConnectRetention,
  IncompleteProduct,
} from "@holdfast/appstore/connect-api";
import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** What App Store Connect has of an app, as it was last read whole. */
export interface CatalogsTable {
  readonly app: string;
  readonly name: string | null;
  readonly primary_locale: string | null;
  readonly apple_id: number;
  /** Subscriptions that cannot be used. */
  readonly incomplete: JsonText<readonly IncompleteProduct[]>;
  /** SHA-256 of the content; what ETags are made of. */
  readonly content_hash: string;
  readonly synced_at: number;
}

/** Subscription groups. */
export interface CatalogGroupsTable {
  readonly app: string;
  readonly group_id: string;
  readonly name: string | null;
  readonly localizations: JsonText<readonly CatalogText[]>;
  readonly changed_at: number;
}

/** Subscriptions. */
export interface CatalogProductsTable {
  readonly app: string;
  readonly product_id: string;
  readonly group_id: string;
  readonly name: string | null;
  readonly level: number;
  readonly period: string;
  readonly state: string | null;
  readonly family_sharable: 0 | 1 | null;
  readonly localizations: JsonText<readonly CatalogText[]>;
  readonly prices: JsonText<readonly CatalogPrice[]>;
  readonly introductory_offers: JsonText<readonly CatalogIntroductoryOffer[]>;
  readonly changed_at: number;
  /** When App Store Connect was found to have it no more. */
  readonly gone_at: number | null;
}

/** Promotional offers. */
export interface CatalogOffersTable {
  readonly app: string;
  readonly product_id: string;
  readonly offer_identifier: string;
  readonly name: string | null;
  readonly offer_mode: string | null;
  readonly duration: string | null;
  readonly number_of_periods: number | null;
  readonly prices: JsonText<readonly CatalogPrice[]>;
  readonly changed_at: number;
  readonly gone_at: number | null;
}

/** App Store Connect's own retention messages and offers; no row where they were not available. */
export interface CatalogRetentionTable {
  readonly app: string;
  readonly content: JsonText<ConnectRetention>;
  readonly changed_at: number;
}

/** What is wrong with a catalog, or changed in it. */
export interface CatalogProblemsTable {
  readonly app: string;
  /** Made of what the problem is about, so that it stays while the problem does. */
  readonly id: string;
  readonly code: string;
  /** Null where it is the same in both. */
  readonly environment: FlowEnvironment | null;
  readonly product_id: string | null;
  readonly offer_identifier: string | null;
  readonly message: string;
  readonly since: number;
}

/** How the reading of App Store Connect stands; a row from the first sync on. */
export interface CatalogSyncsTable {
  readonly app: string;
  readonly state: "running" | "succeeded" | "failed";
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly succeeded_at: number | null;
  readonly problem_code: string | null;
  readonly problem_message: string | null;
}

/** What a sync that has not ended has read already, a row for each list. */
export interface CatalogSyncStepsTable {
  readonly app: string;
  /** The method and its argument. */
  readonly step: string;
  /** When the sync began that read it. */
  readonly sync_started_at: number;
  readonly result: JsonText<unknown>;
}

/** Messages and images at Apple. */
export interface AppleContentTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly kind: "message" | "image";
  /** A lowercase UUID. */
  readonly identifier: string;
  /** Of an image, where Apple says it. */
  readonly size: string | null;
  readonly state: string;
  /** When it was first seen in this state. */
  readonly changed_at: number;
}

/** What content is called here, and what is in it: Apple gives neither back. */
export interface UploadedContentTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly kind: "message" | "image";
  readonly identifier: string;
  readonly name: string | null;
  /** Of a message. */
  readonly locale: string | null;
  /** Of a message. */
  readonly content: JsonText<UploadMessageRequestBody> | null;
}

/** When Apple's review states were last asked for. */
export interface ReviewPollsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** The last time Apple was asked, successfully or not. */
  readonly asked_at: number;
  /** The last time Apple answered; null before. */
  readonly seen_at: number | null;
  readonly problem_code: string | null;
}

/** What Apple shows by itself, as far as it was asked for: Apple has no list of it. */
export interface AppleDefaultsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly product_id: string;
  readonly locale: string;
  /** Null where Apple said that there is none. */
  readonly message_identifier: string | null;
  readonly seen_at: number;
}
