import { CodedError } from "@holdfast/appstore/errors";
import { parseSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import type { RuntimeConfig } from "@holdfast/runtime/node";
import {
  liveKey,
  parseLiveValue,
  PublicationRefusal,
  stopListKey,
  verifyPublicationRecord,
  verifyStopList,
} from "@holdfast/runtime/wire";
import type { PublicationRecord, StopList } from "@holdfast/runtime/wire";
import type { KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { parseJson } from "../files.ts";

/** An app in an environment, as a runtime is configured for it. */
export type WorkerApp = RuntimeConfig["apps"][number];

/** A value of a namespace: what it says where its publisher signed it, or the code of what is wrong with it. */
export type Verified<T> = { readonly record: T } | { readonly problem: string };

/** What a namespace has of an app in an environment; what is not there is undefined. */
export interface NamespaceState {
  readonly live: Verified<PublicationRecord> | undefined;
  readonly stops: Verified<StopList> | undefined;
}

/**
 * Reads what a namespace has of an app, verified against the publisher of its configuration.
 *
 * @throws what the client throws
 */
export async function readNamespaceState(
  namespace: Pick<KvNamespaceClient, "read">,
  app: WorkerApp,
  signal: AbortSignal,
): Promise<NamespaceState> {
  const [live, stops] = await Promise.all([
    namespace.read(liveKey(app), signal),
    namespace.read(stopListKey(app), signal),
  ]);
  return {
    live: await verified(live, (text) => verifyLive(text, app)),
    stops: await verified(stops, async (text) =>
      addressed(await verifyStopList(text, app.publishers), app),
    ),
  };
}

async function verifyLive(text: string, app: WorkerApp): Promise<PublicationRecord> {
  const live = parseLiveValue(parseJson(text, liveKey(app)));
  const record = addressed(await verifyPublicationRecord(live.publication, app.publishers), app);
  const snapshot = parseSnapshot(live.snapshot);
  if ((await snapshotHash(snapshot)) !== record.snapshot) {
    throw new PublicationRefusal("PUBLICATION_MISMATCH", "the snapshot is not the record's");
  }
  if (snapshot.app === app.bundleId && snapshot.environment === app.environment) return record;
  throw new PublicationRefusal("PUBLICATION_FOREIGN", "the snapshot is another app's");
}

function addressed<T extends Pick<PublicationRecord, "app" | "environment">>(
  record: T,
  { app, environment }: WorkerApp,
): T {
  if (record.app === app && record.environment === environment) return record;
  throw new PublicationRefusal("PUBLICATION_FOREIGN", "the record is another app's");
}

async function verified<T>(
  text: string | undefined,
  verify: (text: string) => Promise<T>,
): Promise<Verified<T> | undefined> {
  if (text === undefined) return undefined;
  try {
    return { record: await verify(text) };
  } catch (error) {
    if (error instanceof CodedError) return { problem: String(error.code) };
    throw error;
  }
}
