import { documentOf } from "../flow-versions/flow-content.ts";
import { readVersion } from "../flow-versions/read-version.ts";
import { readLivePublication } from "./live-publication.ts";
import type { PlaceAtControl } from "./live-publication.ts";

/** What is answered when no rule is, for people. */
export interface LiveFallback {
  /** Like `the message stay`. */
  readonly words: string;
}

/** Returns the fallback of what is live; undefined where nothing is. */
export async function readLiveFallback(place: PlaceAtControl): Promise<LiveFallback | undefined> {
  const live = await readLivePublication(place);
  if (live === undefined) return undefined;
  const document = documentOf(await readVersion(place, live.version));
  // A later release may have saved what this one cannot read.
  const words = document === undefined ? "its message" : `the message ${document.fallback.message}`;
  return { words };
}
