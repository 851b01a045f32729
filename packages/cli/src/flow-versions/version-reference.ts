import { UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { CommandFailed } from "../errors.ts";
import { readEnvironments, readLivePublication } from "../going-live/live-publication.ts";
import { readNewestVersion, readVersion } from "./read-version.ts";
import type { AppAtControl, Version } from "./read-version.ts";

/** A saved version by its number, the newest, or what is live in an environment. */
export type VersionReference = number | "latest" | "live";

/** A version somebody referred to. */
export interface ReferredVersion {
  readonly version: Version;
  /** For people: `version 42`, or `version 42, live in production as sequence 7`. */
  readonly name: string;
}

/**
 * Returns what a text refers to.
 *
 * @param option - where it is from, for the error, like `--version`
 * @throws UsageError `OPTION_INVALID`
 */
export function parseVersionReference(text: string, option: string): VersionReference {
  if (text === "latest" || text === "live") return text;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  const message = `${option}: expected a version's number, latest or live, got ${text}`;
  throw new UsageError("OPTION_INVALID", message);
}

/**
 * Reads the version that is referred to. `live` without an environment means production, where the app is
 * served there, else the sandbox.
 *
 * @throws CommandFailed `NOTHING_LIVE`, `NOTHING_SAVED`
 * @throws ControlCallError `NOT_FOUND`
 */
export async function readReferred(
  place: AppAtControl,
  reference: VersionReference,
  environment?: FlowEnvironment,
): Promise<ReferredVersion> {
  if (reference === "live") return readLive(place, environment);
  if (reference !== "latest") {
    return { version: await readVersion(place, reference), name: `version ${reference}` };
  }
  const newest = await readNewestVersion(place);
  if (newest === undefined) {
    throw new CommandFailed("NOTHING_SAVED", `${place.app} has no version yet`, {
      advice: `save one: holdfast flow push --app ${place.app}`,
    });
  }
  return { version: newest, name: `version ${newest.version}, the newest` };
}

async function readLive(
  place: AppAtControl,
  asked: FlowEnvironment | undefined,
): Promise<ReferredVersion> {
  const environment = asked ?? (await readEnvironments(place))[0] ?? "production";
  const live = await readLivePublication({ ...place, environment });
  if (live === undefined) {
    throw new CommandFailed("NOTHING_LIVE", `nothing of ${place.app} is live in ${environment}`, {
      advice: "compare with the newest version instead: latest",
    });
  }
  const version = await readVersion(place, live.version);
  const name = `version ${live.version}, live in ${environment} as sequence ${live.sequence}`;
  return { version, name };
}
