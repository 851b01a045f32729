import { resolve } from "node:path";
import { CodedError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { openLocalPublisher } from "@holdfast/runtime/node";
import type { LocalPublication } from "@holdfast/runtime/node";
import type { Io, Options } from "./command.ts";
import { withDataDirectory } from "./data-option.ts";
import { codeOf, reasonOf } from "./files.ts";
import { signedResponsesOf } from "./signed-responses.ts";

/** What the runtime's configuration takes as our id of an app. */
const APP_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Returns our id of the app, as `--app` says it.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function appIdOf(options: Options): string {
  const app = options.required("app");
  if (APP_PATTERN.test(app)) return app;
  throw new UsageError("OPTION_INVALID", "--app: expected letters, digits, _ and -, at most 64");
}

/** What was put live. */
export interface PublishedSnapshot {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** A dated name for people. */
  readonly label: string;
  readonly sequence: number;
  /** SHA-256 of the snapshot, lowercase hex. */
  readonly hash: string;
  /** What will not work as written. */
  readonly warnings: readonly string[];
}

/** What puts snapshots live for the runtime on this machine. */
export interface Publisher {
  /**
   * Puts a snapshot live under the next sequence.
   *
   * @throws UpstreamError `PUBLICATION_UNWRITABLE`; UsageError `PSEUDONYM_KEY_INVALID`
   */
  readonly publish: (
    publication: Omit<LocalPublication, "publishedAt">,
  ) => Promise<PublishedSnapshot>;
}

/**
 * Opens the publisher of a data directory; what it keeps there is made at first use.
 *
 * @throws UsageError `DATA_DIRECTORY_UNUSABLE`, `RUNTIME_SECRET_INVALID`
 */
export async function openPublisher(dataDirectory: string, io: Io): Promise<Publisher> {
  const directory = resolve(io.cwd, dataDirectory);
  const local = await withDataDirectory(dataDirectory, () => openLocalPublisher(directory, io.env));
  return {
    async publish(publication) {
      const { app, snapshot, signingKey } = publication;
      const publishedAt = io.now();
      const record = await local
        .publish({ ...publication, publishedAt })
        .catch((cause: unknown) => {
          if (codeOf(cause) === undefined || cause instanceof CodedError) throw cause;
          const message = `${dataDirectory}: the publication could not be written: ${reasonOf(cause)}`;
          throw new UpstreamError("PUBLICATION_UNWRITABLE", message, { cause });
        });
      const { label, sequence, snapshot: hash } = record;
      const warnings = signingKey === undefined ? missingKeyWarnings(snapshot) : [];
      return { app, environment: snapshot.environment, label, sequence, hash, warnings };
    },
  };
}

/** Puts a snapshot live for the runtime on this machine; see {@link openPublisher}. */
export async function publishSnapshot(
  publication: Omit<LocalPublication, "publishedAt">,
  { dataDirectory }: { readonly dataDirectory: string },
  io: Io,
): Promise<PublishedSnapshot> {
  const publisher = await openPublisher(dataDirectory, io);
  return publisher.publish(publication);
}

/** Returns a warning where a snapshot has offers and goes live without a key that could sign them. */
export function missingKeyWarnings(snapshot: Snapshot): readonly string[] {
  const rules = signedResponsesOf(snapshot);
  if (rules.length === 0) return [];
  return [
    `no In-App Purchase key: the offers of ${rules.join(", ")} cannot be signed and fall back to messages; give --key-id, --issuer-id and --private-key`,
  ];
}
