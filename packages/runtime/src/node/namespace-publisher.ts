import { randomInt } from "node:crypto";
import { PolicyError } from "@holdfast/appstore/errors";
import type { Bytes } from "@holdfast/appstore/crypto";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { createLiveValue } from "../publications/create-live-value.ts";
import { liveKey, stopListKey } from "../wire/kv-layout.ts";
import type { KvPlace } from "../wire/kv-layout.ts";
import { parseLiveValue } from "../wire/live-value.ts";
import { verifyPublicationRecord } from "../wire/publication-record.ts";
import type { PublicationRecord } from "../wire/publication-record.ts";
import { signStopList, verifyStopList } from "../wire/stop-list.ts";
import type { StopList } from "../wire/stop-list.ts";
import { WireError } from "../wire/wire-error.ts";
import type { KvNamespaceClient } from "../workers-publishing/kv-namespace-client.ts";
import type { LocalPublication } from "./local-publisher.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import type { PublisherKeys } from "./publisher-keys.ts";

/**
 * Why nothing was published.
 *
 * - `PUBLISHER_FOREIGN`: somebody else publishes this app, with another key
 */
class PublisherConflict extends PolicyError<"PUBLISHER_FOREIGN"> {}

/** What a publisher without a control plane is made of. */
export interface NamespacePublisherOptions {
  readonly keys: PublisherKeys;
  /** 32 bytes; the Worker has the same. */
  readonly runtimeSecret: Bytes;
  readonly namespace: Pick<KvNamespaceClient, "put" | "read">;
  /** Returns a random whole number from 0 up to below a limit; default: `node:crypto`'s. */
  readonly randomBelow?: (limit: number) => number;
}

/** What a stop list says beside whose it is and when. */
export type StopListContent = Pick<
  StopList,
  "appPaused" | "offersPaused" | "stoppedOffers" | "rejectedMessages"
>;

/** Publishes to a Worker's namespace from wherever it runs; keeps nothing itself. */
export interface NamespacePublisher {
  /**
   * Puts a snapshot live under a sequence that is higher than what the namespace has.
   *
   * @throws PublisherConflict `PUBLISHER_FOREIGN`; what the client of the namespace throws
   */
  publish(
    publication: LocalPublication & { readonly pseudonymKey: Bytes },
  ): Promise<PublicationRecord>;
  /**
   * Changes the stop list and returns the new one. Nothing is stopped where there is none yet.
   *
   * @param now - milliseconds since 1970
   * @throws PublisherConflict `PUBLISHER_FOREIGN`; what the client of the namespace throws
   */
  changeStops(
    place: KvPlace,
    change: (content: StopListContent) => StopListContent,
    now: number,
  ): Promise<StopList>;
}

const NOTHING_STOPPED: StopListContent = {
  appPaused: false,
  offersPaused: false,
  stoppedOffers: [],
  rejectedMessages: [],
};

/** Opens the publisher of a namespace. Nothing is read or written yet. */
export async function openNamespacePublisher(
  options: NamespacePublisherOptions,
): Promise<NamespacePublisher> {
  const { keys, namespace, randomBelow = randomInt } = options;
  const runtimeKeys = await deriveRuntimeKeys(options.runtimeSecret, nodeCryptography);
  const { publisher, publicKey } = keys;
  return {
    async publish({ app, snapshot, signingKey, pseudonymKey, publishedAt }) {
      const place = { app, environment: snapshot.environment };
      const before = await readOwn(await namespace.read(liveKey(place)), place, (text) =>
        verifyPublicationRecord(parseLiveValue(JSON.parse(text)).publication, [publicKey]),
      );
      const sequence = nextSequence(before, publishedAt, randomBelow);
      const value = await createLiveValue({
        app,
        snapshot,
        label: labelOf(place, publishedAt, sequence),
        sequence,
        publishedAt,
        pseudonymKey,
        ...(signingKey === undefined ? {} : { signingKey }),
        publisher,
        runtimeKeys,
      });
      await namespace.put([{ key: liveKey(place), value: JSON.stringify(value) }]);
      return verifyPublicationRecord(value.publication, [publicKey]);
    },
    async changeStops(place, change, now) {
      const before = await readOwn(await namespace.read(stopListKey(place)), place, (text) =>
        verifyStopList(text, [publicKey]),
      );
      const { appPaused, offersPaused, stoppedOffers, rejectedMessages } = change(
        before ?? NOTHING_STOPPED,
      );
      const list = await signStopList(
        {
          app: place.app,
          environment: place.environment,
          sequence: nextSequence(before, now, randomBelow),
          issuedAt: now,
          appPaused,
          offersPaused,
          stoppedOffers,
          rejectedMessages,
        },
        publisher,
      );
      await namespace.put([{ key: stopListKey(place), value: list }]);
      return verifyStopList(list, [publicKey]);
    },
  };
}

/**
 * Returns what is there of this publisher, or `undefined` where there is nothing, or nothing that can
 * be read, or another place's: what is damaged is written over, and what somebody moved here says nothing of
 * this place, though it has the right signature.
 */
async function readOwn<T extends KvPlace>(
  text: string | undefined,
  { app, environment }: KvPlace,
  verify: (text: string) => Promise<T>,
): Promise<T | undefined> {
  if (text === undefined) return undefined;
  try {
    const own = await verify(text);
    return own.app === app && own.environment === environment ? own : undefined;
  } catch (cause) {
    if (!(cause instanceof WireError) || cause.code !== "WIRE_SIGNATURE_INVALID") return undefined;
    throw new PublisherConflict(
      "PUBLISHER_FOREIGN",
      `${app} ${environment} in this namespace was published with another key, and an app has one publisher: publish from there, or with that key`,
      { cause },
    );
  }
}

/** How many sequences a millisecond has room for: 2^53 is enough until the year 2255. */
const PER_MILLISECOND = 1000;

/**
 * Counts by time: two who publish at once, each without having seen the other, must not take the same
 * sequence for different snapshots, and the later of them must have the higher one. A namespace can
 * neither count nor lock, and nothing promises that what was just written is what is read (UNCONFIRMED
 * for reads through the API).
 */
function nextSequence(
  before: { readonly sequence: number } | undefined,
  now: number,
  randomBelow: (limit: number) => number,
): number {
  const first = Math.max((before?.sequence ?? 0) + 1, now * PER_MILLISECOND);
  return first + randomBelow(PER_MILLISECOND);
}

/** Like `yoga_sandbox_2026_11_21_090000_000417`: of two in one second each has its own. */
function labelOf({ app, environment }: KvPlace, publishedAt: number, sequence: number): string {
  const [day = "", time = ""] = new Date(publishedAt).toISOString().split("T");
  const ending = String(sequence).slice(-6).padStart(6, "0");
  return [app, environment, ...day.split("-"), time.slice(0, 8).replaceAll(":", ""), ending].join(
    "_",
  );
}
