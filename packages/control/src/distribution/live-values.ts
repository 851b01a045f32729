import { ApiRefusal, etagOf } from "@holdfast/api/server";
import { sealAppKeys } from "@holdfast/runtime/keys";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { LIVE_VALUE_FORMAT } from "@holdfast/runtime/wire";
import type { LiveValue } from "@holdfast/runtime/wire";
import { readDeliveredKeys } from "../keys/index.ts";
import { readLivePublication, readSnapshotText } from "../publishing/publications.ts";
import type { PublicationPlace } from "../publishing/publishing-means.ts";
import { readStopList } from "../publishing/stop-lists.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Database } from "../storage/index.ts";

/** What live values are made with. */
export interface LiveValueMeans {
  readonly database: Database;
  readonly keyring: Keyring;
  /** What runtimes open their keys with. */
  readonly runtimeKeys: Pick<RuntimeKeys, "sealedValues">;
}

/** A value with its ETag. */
export interface Tagged<T> {
  readonly value: T;
  /** Changes with the publication, and with the key that signs. */
  readonly etag: string;
}

/**
 * Returns what is live in an environment, as a runtime takes it over: the signed record, the snapshot it
 * names, and the app's keys of this moment, sealed for runtimes.
 *
 * @throws ApiRefusal `NOT_FOUND` while nothing is live; what opening a secret throws
 */
export async function readLiveValue(
  { database, keyring, runtimeKeys }: LiveValueMeans,
  place: PublicationPlace,
): Promise<Tagged<LiveValue>> {
  const { queries } = database;
  const { app, environment } = place;
  const live = await readLivePublication(queries, place);
  if (live === undefined) {
    throw new ApiRefusal("NOT_FOUND", `nothing of ${app} is live in ${environment}`);
  }
  const keys = await readDeliveredKeys(queries, keyring, app);
  // Written by us as the canonical JSON of an object.
  const snapshot = JSON.parse(
    await readSnapshotText(queries, live.snapshot),
  ) as LiveValue["snapshot"];
  const value: LiveValue = {
    format: LIVE_VALUE_FORMAT,
    publication: live.record,
    snapshot,
    ...(await sealAppKeys(keys, { app, environment }, runtimeKeys)),
  };
  return { value, etag: etagOf(`${live.sequence}-${keys.signingKey?.keyId ?? "none"}`) };
}

/**
 * Returns the signed stop list of an environment.
 *
 * @throws ApiRefusal `NOT_FOUND` while nothing was ever stopped
 */
export async function readSignedStopList(
  { database }: Pick<LiveValueMeans, "database">,
  place: PublicationPlace,
): Promise<Tagged<string>> {
  const list = await readStopList(database.queries, place);
  if (list !== undefined) return { value: list.record, etag: etagOf(list.sequence) };
  throw new ApiRefusal(
    "NOT_FOUND",
    `nothing of ${place.app} was ever stopped in ${place.environment}`,
  );
}
