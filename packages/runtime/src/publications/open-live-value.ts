import { parseSnapshot, prepareSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { openAppKeys } from "../keys/app-keys.ts";
import type { RuntimeKeys } from "../keys/runtime-secret.ts";
import type { Cryptography } from "../ports/cryptography.ts";
import type { LivePublication } from "../ports/publications.ts";
import { parseLiveValue } from "../wire/live-value.ts";
import { verifyPublicationRecord } from "../wire/publication-record.ts";
import type { PublicationRecord } from "../wire/publication-record.ts";
import { stopsOf, verifyStopList } from "../wire/stop-list.ts";
import type { StopList } from "../wire/stop-list.ts";
import { PublicationRefusal } from "../wire/wire-error.ts";
import type { AppConfig } from "./app-config.ts";

/** What live values are opened with. */
export interface OpeningMeans {
  readonly runtimeKeys: RuntimeKeys;
  readonly cryptography: Cryptography;
}

/** A live value that may be served. */
export interface Opened {
  readonly live: LivePublication;
  /** Why offers cannot be signed, when they cannot. */
  readonly signingKeyProblem?: unknown;
}

/**
 * Turns a live value into what requests are answered with: verifies the publication record, holds
 * the snapshot against it, opens the keys.
 *
 * @param current - what is live now; a record with a lower sequence is refused
 * @throws WireError, PublicationRefusal, BadDataError of the snapshot; what is live then stays
 */
export async function openLiveValue(
  value: unknown,
  config: AppConfig,
  current: LivePublication | undefined,
  means: OpeningMeans,
): Promise<Opened> {
  const { publication, snapshot: content, ...sealedKeys } = parseLiveValue(value);
  const record = await verifyPublicationRecord(publication, config.publishers);
  checkAddressee(record, config);
  checkSequence(record.sequence, current?.sequence);
  if (record.sequence === current?.sequence && record.snapshot !== current.snapshotHash) {
    throw new PublicationRefusal(
      "PUBLICATION_SUPERSEDED",
      `sequence ${record.sequence} was seen before with another snapshot`,
    );
  }
  const snapshot = parseSnapshot(content);
  await checkSnapshot(snapshot, record, config);
  const { app, environment, bundleId, appAppleId, trust } = config;
  const destination = { app, environment };
  const { keys, signingKeyProblem } = await openAppKeys(
    sealedKeys,
    destination,
    means.runtimeKeys,
    means.cryptography,
  );
  const live: LivePublication = {
    app,
    environment,
    bundleId,
    appAppleId,
    trust,
    snapshot: prepareSnapshot(snapshot),
    snapshotHash: record.snapshot,
    label: record.label,
    sequence: record.sequence,
    publishedAt: record.publishedAt,
    stops: current?.stops ?? stopsOf(undefined),
    keys,
  };
  return signingKeyProblem === undefined ? { live } : { live, signingKeyProblem };
}

/**
 * Verifies a stop list for an app.
 *
 * @param currentSequence - of the list in force; a lower one is refused
 * @throws WireError, PublicationRefusal; the list in force then stays
 */
export async function openStopList(
  compact: string,
  config: AppConfig,
  currentSequence: number,
): Promise<StopList> {
  const list = await verifyStopList(compact, config.publishers);
  checkAddressee(list, config);
  checkSequence(list.sequence, currentSequence);
  return list;
}

function checkAddressee(
  record: Pick<PublicationRecord | StopList, "app" | "environment" | "format">,
  config: AppConfig,
): void {
  if (record.app === config.app && record.environment === config.environment) return;
  throw new PublicationRefusal(
    "PUBLICATION_FOREIGN",
    `${record.format} is for ${record.app} ${record.environment}, expected ${config.app} ${config.environment}`,
  );
}

function checkSequence(sequence: number, current: number | undefined): void {
  if (current === undefined || sequence >= current) return;
  throw new PublicationRefusal(
    "PUBLICATION_SUPERSEDED",
    `sequence ${sequence} is lower than ${current}, which was seen before`,
  );
}

async function checkSnapshot(
  snapshot: Snapshot,
  record: PublicationRecord,
  config: AppConfig,
): Promise<void> {
  if ((await snapshotHash(snapshot)) !== record.snapshot) {
    throw new PublicationRefusal(
      "PUBLICATION_MISMATCH",
      "the snapshot is not the one the publication record names",
    );
  }
  if (snapshot.app !== config.bundleId || snapshot.environment !== config.environment) {
    throw new PublicationRefusal(
      "PUBLICATION_FOREIGN",
      `the snapshot is for ${snapshot.app} ${snapshot.environment}, expected ${config.bundleId} ${config.environment}`,
    );
  }
}
