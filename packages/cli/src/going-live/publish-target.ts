import type { Io } from "../command.ts";
import { compareContents, contentOf } from "../flow-versions/flow-content.ts";
import type { ContentDifference, FlowContent } from "../flow-versions/flow-content.ts";
import { readVersion } from "../flow-versions/read-version.ts";
import { saveVersion } from "../flow-versions/save-version.ts";
import type { SavedVersion } from "../flow-versions/save-version.ts";
import { readReferred } from "../flow-versions/version-reference.ts";
import type { UsableFlow } from "../load-flow.ts";
import type { PlaceAtControl, Publication } from "./live-publication.ts";
import type { WantedPublication } from "./publish-options.ts";

/** The version that is to be live. */
export interface PublishTarget {
  readonly version: number;
  readonly content: FlowContent;
  /** What came of saving it; absent where it was named by its number. */
  readonly saved?: SavedVersion;
}

/**
 * Returns the version that is wanted; a flow of a file is saved as one first, unless it is the newest.
 *
 * @throws FlowRefused `FLOW_INVALID`; CommandFailed `NOTHING_SAVED`, `NOTHING_LIVE`; ControlCallError
 */
export async function findTarget(
  place: PlaceAtControl,
  wanted: Pick<WantedPublication, "version" | "note"> & { readonly flow: UsableFlow | undefined },
  io: Io,
): Promise<PublishTarget> {
  const { flow, note } = wanted;
  if (flow !== undefined) {
    const saved = await saveVersion(place, { flow, note }, io);
    return { version: saved.version, content: contentOf(flow), saved };
  }
  const reference = wanted.version ?? "latest";
  const { version } = await readReferred(place, reference, place.environment);
  return { version: version.version, content: version };
}

/** What is live, and how the version that is to be live differs from it. */
export interface LiveComparison {
  readonly live: Publication;
  readonly difference: ContentDifference;
}

/** Compares a version with what is live; undefined where nothing is. */
export async function compareWithLive(
  place: PlaceAtControl,
  live: Publication | undefined,
  { content }: Pick<PublishTarget, "content">,
): Promise<LiveComparison | undefined> {
  if (live === undefined) return undefined;
  const before = await readVersion(place, live.version);
  return { live, difference: compareContents(before, content) };
}
