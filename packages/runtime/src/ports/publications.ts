import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { FlowEnvironment, Stops } from "@holdfast/flow/evaluate";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import type { HmacKey, SealingKey } from "./cryptography.ts";

/**
 * Where the runtime finds what is live. Always in memory: a lookup is made for every request, and
 * refreshing happens beside it.
 */
export interface PublicationSource {
  /**
   * Returns what is live for an app of ours and one of its environments, `"unpublished"` when
   * the app is configured and nothing was published yet, `"unknown"` otherwise.
   */
  find(app: string, environment: FlowEnvironment): LivePublication | "unpublished" | "unknown";
  /** Everything that is configured, for health and metrics. */
  list(): readonly PublicationStatus[];
}

/** One configured app and environment, live or not. */
export interface PublicationStatus {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly live?: LivePublication;
  /** Why nothing is live, or why the newest publication was refused. */
  readonly problem?: string;
}

/** All that is needed to answer for one app in one environment. */
export interface LivePublication {
  /** Our id of the app, as in the URL. */
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly snapshot: PreparedSnapshot;
  /** SHA-256 of the snapshot's canonical JSON, lowercase hex: its identity. */
  readonly snapshotHash: string;
  /** A dated name for people. */
  readonly label: string;
  /** Rises with each publication. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  readonly stops: Stops;
  readonly trust: TrustStore;
  readonly keys: AppKeys;
}

/** An app's secrets, opened. */
export interface AppKeys {
  /** Makes the pseudonym of a subscription. */
  readonly pseudonym: HmacKey;
  /** Makes the one-time nonce of an offer's signature. */
  readonly offerNonce: HmacKey;
  /** Seals the subscription's id in decision records. */
  readonly decisionSeal: SealingKey;
  /** Signs offers; absent when it was not delivered or could not be opened. */
  readonly signing?: InAppPurchaseKey;
}
