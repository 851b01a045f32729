import { parseSnapshot } from "@holdfast/flow/snapshot";
import { liveKey, parseLiveValue } from "@holdfast/runtime/wire";
import type { KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { CommandFailed } from "../errors.ts";
import { parseJson } from "../files.ts";
import { offersOf } from "../signed-responses.ts";
import type { WorkerApp } from "./namespace-state.ts";
import type { StopChange } from "./stop-change.ts";

/**
 * Returns a warning where offers are to be paused that nothing live gives, before anything is written. A
 * mistyped name must not look like a pause: where nothing is published there is nothing to pause. What is
 * resumed is not looked at.
 *
 * @throws CommandFailed `NOTHING_LIVE`; what the client of the namespace throws
 */
export async function checkStop(
  namespace: Pick<KvNamespaceClient, "read">,
  place: Pick<WorkerApp, "app" | "environment">,
  { verb, offers }: StopChange,
): Promise<readonly string[]> {
  if (verb === "resume") return [];
  const live = await namespace.read(liveKey(place));
  if (live === undefined) {
    const message = `nothing of ${place.app} is published in ${place.environment} in this namespace, and nothing was paused`;
    const advice = "check --app, --environment and the namespace: holdfast workers status";
    throw new CommandFailed("NOTHING_LIVE", message, { advice });
  }
  const given = offersIn(live, liveKey(place));
  const unknown = offers.filter((offer) => given?.includes(offer) === false);
  if (given === undefined || unknown.length === 0) return [];
  const known = given.join(", ") || "none";
  return [`nothing live gives ${unknown.join(", ")}; what is live gives ${known}`];
}

/** Undefined where what is live cannot be read: a pause must not wait for that. */
function offersIn(live: string, key: string): readonly string[] | undefined {
  try {
    return offersOf(parseSnapshot(parseLiveValue(parseJson(live, key)).snapshot));
  } catch {
    return undefined;
  }
}
