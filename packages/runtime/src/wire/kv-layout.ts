import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** One app of ours in one environment. */
export interface KvPlace {
  /** Our id of the app, as in the URL. */
  readonly app: string;
  readonly environment: FlowEnvironment;
}

/**
 * Where a Worker finds what in its key-value namespace, and where a publisher puts it. The store keeps no order
 * between two keys: whatever must change together is one value.
 */

/** Returns the key of a live value: a `LiveValue` as JSON. */
export function liveKey({ app, environment }: KvPlace): string {
  return `live/${app}/${environment}`;
}

/** Returns the key of a stop list: a compact JWS. */
export function stopListKey({ app, environment }: KvPlace): string {
  return `stops/${app}/${environment}`;
}

/** Returns the key of what is known of one subscription: a `SubscriberState` as JSON. */
export function subscriberKey({ app, environment }: KvPlace, pseudonym: string): string {
  return `subscribers/${app}/${environment}/${pseudonym}`;
}

/** The key of all revocation records: one authenticated record a line. */
export const REVOCATIONS_KEY = "revocations";

/** What keys of chains begin with, whose revocation is to be asked about. */
export const CHAIN_KEYS = "chains/";

/** Returns the key of a chain that was seen: its certificates, for whoever asks about their revocation. */
export function chainKey(leafSha256: string): string {
  return `${CHAIN_KEYS}${leafSha256}`;
}
