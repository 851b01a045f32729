import { routes } from "@holdfast/api";
import type { PlaceAtControl } from "./live-publication.ts";
import type { StopList } from "./stops.ts";

/** What is to be paused or resumed. */
export interface Pause {
  readonly verb: "pause" | "resume";
  /** False for offers alone. */
  readonly isWholeApp: boolean;
  /** Why. */
  readonly note: string | undefined;
}

/** Pauses or resumes, and returns the stop list of then. Doing it twice changes nothing. */
export async function sendPause(
  { client, app, environment }: PlaceAtControl,
  { verb, isWholeApp, note }: Pause,
): Promise<StopList> {
  const input = {
    params: { app, environment },
    body: { isWholeApp, ...(note === undefined ? {} : { note }) },
  };
  const { body } = await client.call(routes[verb], input);
  return body;
}
