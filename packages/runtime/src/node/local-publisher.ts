import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { DeliveredSigningKey } from "../keys/app-keys.ts";
import { pseudonymOf } from "../keys/pseudonym.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { createLiveValue } from "../publications/create-live-value.ts";
import { parseLiveValue } from "../wire/live-value.ts";
import { verifyPublicationRecord } from "../wire/publication-record.ts";
import type { PublicationRecord } from "../wire/publication-record.ts";
import type { PublisherPublicKey } from "../wire/publisher.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { liveFileName } from "./publication-slot.ts";
import { loadPseudonymKey, loadPublisherKeys } from "./publisher-keys.ts";
import { lastGoodPath, publicationsPath } from "./node-host.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

/** What a local publisher puts live. */
export interface LocalPublication {
  /** Our id of the app. */
  readonly app: string;
  readonly snapshot: Snapshot;
  readonly signingKey?: DeliveredSigningKey;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

/** Publishes to the data directory of a runtime on the same machine. */
export interface LocalPublisher {
  /** SubjectPublicKeyInfo, PEM: what the runtime's configuration names as `publisherKey`. */
  readonly publicKeyPem: string;
  /**
   * Returns how runtimes call a subscription of an app.
   *
   * @throws UsageError `PSEUDONYM_KEY_INVALID`
   */
  pseudonymOf(app: string, originalTransactionId: string): Promise<string>;
  /**
   * Puts a snapshot live under the next sequence: higher than what is published here, and than what
   * the runtime on this machine last accepted.
   *
   * @throws UsageError `PSEUDONYM_KEY_INVALID` when the app's key on this machine is damaged
   */
  publish(publication: LocalPublication): Promise<PublicationRecord>;
}

/**
 * Opens the publisher that lives beside a runtime on one machine. Its signing key and the apps'
 * pseudonym keys are made at first use, in the data directory (0600).
 *
 * @throws UsageError `SECRET_FILE_UNSAFE` when others can use one of these files, `PUBLISHER_KEY_INVALID`
 */
export async function openLocalPublisher(
  dataDirectory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalPublisher> {
  const { publisher, publicKey, publicKeyPem } = await loadPublisherKeys(dataDirectory);
  const secret = await loadRuntimeSecret(dataDirectory, env);
  const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
  return {
    publicKeyPem,
    async pseudonymOf(app, originalTransactionId) {
      const key = await nodeCryptography.importHmacKey(await loadPseudonymKey(dataDirectory, app));
      return pseudonymOf(key, originalTransactionId);
    },
    async publish({ app, snapshot, signingKey, publishedAt }) {
      const { environment } = snapshot;
      const name = liveFileName({ app, environment });
      const path = join(publicationsPath(dataDirectory), name);
      const seen = await readRecord(join(lastGoodPath(dataDirectory), name), publicKey);
      const before = await readRecord(path, publicKey);
      const sequence = Math.max(before?.sequence ?? 0, seen?.sequence ?? 0) + 1;
      const value = await createLiveValue({
        app,
        snapshot,
        label: labelOf(app, environment, publishedAt, sequence),
        sequence,
        publishedAt,
        pseudonymKey: await loadPseudonymKey(dataDirectory, app),
        ...(signingKey === undefined ? {} : { signingKey }),
        publisher,
        runtimeKeys,
      });
      await mkdir(publicationsPath(dataDirectory), { recursive: true, mode: 0o700 });
      await writeFileAtomically(path, JSON.stringify(value));
      return verifyPublicationRecord(value.publication, [publicKey]);
    },
  };
}

/** Like `yoga_sandbox_2026_11_21_3`. */
function labelOf(app: string, environment: string, publishedAt: number, sequence: number): string {
  const day = new Date(publishedAt).toISOString().slice(0, 10).replaceAll("-", "_");
  return `${app}_${environment}_${day}_${sequence}`;
}

/** A file that is not there, or not ours to read, does not count; a runtime that has seen more refuses what comes. */
async function readRecord(
  path: string,
  publicKey: PublisherPublicKey,
): Promise<PublicationRecord | undefined> {
  try {
    const value = parseLiveValue(JSON.parse(await readFile(path, "utf8")));
    return await verifyPublicationRecord(value.publication, [publicKey]);
  } catch {
    return undefined;
  }
}
