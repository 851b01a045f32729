import type { Bytes } from "@holdfast/appstore/crypto";
import { snapshotHash } from "@holdfast/flow/snapshot";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { sealAppKeys } from "../keys/app-keys.ts";
import type { DeliveredSigningKey } from "../keys/app-keys.ts";
import type { RuntimeKeys } from "../keys/runtime-secret.ts";
import { LIVE_VALUE_FORMAT } from "../wire/live-value.ts";
import type { LiveValue } from "../wire/live-value.ts";
import { signPublicationRecord } from "../wire/publication-record.ts";
import type { PublisherKey } from "../wire/publisher.ts";

/** What is published, by whom. */
export interface Publishing {
  readonly app: string;
  readonly snapshot: Snapshot;
  /** A dated name for people. */
  readonly label: string;
  /** Higher than every one before. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  readonly pseudonymKey: Bytes;
  readonly signingKey?: DeliveredSigningKey;
  readonly publisher: PublisherKey;
  readonly runtimeKeys: Pick<RuntimeKeys, "sealedValues">;
}

/** Makes the one value that puts a snapshot live: the signed record, the snapshot, the sealed keys. */
export async function createLiveValue(publishing: Publishing): Promise<LiveValue> {
  const { app, snapshot, pseudonymKey, signingKey } = publishing;
  const { environment } = snapshot;
  const publication = await signPublicationRecord(
    {
      app,
      environment,
      snapshot: await snapshotHash(snapshot),
      label: publishing.label,
      sequence: publishing.sequence,
      publishedAt: publishing.publishedAt,
    },
    publishing.publisher,
  );
  const keys = await sealAppKeys(
    signingKey === undefined ? { pseudonymKey } : { pseudonymKey, signingKey },
    { app, environment },
    publishing.runtimeKeys,
  );
  // A snapshot is plain JSON by construction; on the wire it is just an object.
  const content = snapshot as unknown as LiveValue["snapshot"];
  return { format: LIVE_VALUE_FORMAT, publication, snapshot: content, ...keys };
}
