import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { openLocalPublisher } from "@holdfast/runtime/node";
import type { LocalPublication } from "@holdfast/runtime/node";
import type { Io, Options, OptionSpec } from "./command.ts";
import { signedResponsesOf } from "./signed-responses.ts";

/** Our id of the app. */
export const APP_OPTION: OptionSpec = {
  flags: "--app <id>",
  description: "our id of the app, as in holdfast.yaml (required)",
};

/** What the runtime's configuration takes as our id of an app. */
const APP_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Returns what {@link APP_OPTION} says.
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

/** Puts a snapshot live for the runtime on this machine, under the next sequence. */
export async function publishSnapshot(
  publication: Omit<LocalPublication, "publishedAt">,
  { dataDirectory }: { readonly dataDirectory: string },
  io: Io,
): Promise<PublishedSnapshot> {
  const { app, snapshot, signingKey } = publication;
  const publisher = await openLocalPublisher(resolve(io.cwd, dataDirectory), io.env);
  const record = await publisher.publish({ ...publication, publishedAt: io.now() });
  const { label, sequence, snapshot: hash } = record;
  const warnings = signingKey === undefined ? missingKeyWarnings(snapshot) : [];
  return { app, environment: snapshot.environment, label, sequence, hash, warnings };
}

function missingKeyWarnings(snapshot: Snapshot): readonly string[] {
  const rules = signedResponsesOf(snapshot);
  if (rules.length === 0) return [];
  return [
    `no In-App Purchase key: the offers of ${rules.join(", ")} cannot be signed and fall back to messages; give --key-id, --issuer-id and --private-key`,
  ];
}
