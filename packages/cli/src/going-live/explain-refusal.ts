import { ApiCallError } from "@holdfast/api/client";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import { sayApprovers } from "./find-approvers.ts";
import type { PlaceAtControl } from "./live-publication.ts";

/**
 * Returns the error to tell in place of one that publishing failed with: what to do next, in commands. Any
 * other error as it is.
 */
export async function explainRefusal(
  error: unknown,
  place: PlaceAtControl,
  version: number,
): Promise<unknown> {
  if (!(error instanceof ControlCallError) || !(error.cause instanceof ApiCallError)) return error;
  const { cause, code, current } = error;
  const words = `--app ${place.app} --environment ${place.environment}`;
  if (code === "CONFLICT" && current?.sequence !== undefined) {
    const advice = `see what it would undo: holdfast flow diff ${words}; then publish over it with --expect-sequence ${current.sequence}`;
    return new ControlCallError(cause, { advice });
  }
  if (code !== "APPROVAL_REQUIRED") return error;
  const who = await sayApprovers(place, version);
  const advice = `${who} can approve it: holdfast flow approve ${version} ${words}`;
  return new ControlCallError(cause, { advice });
}
