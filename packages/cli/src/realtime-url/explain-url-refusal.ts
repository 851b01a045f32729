import { ControlCallError } from "../control-plane/control-call-error.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { readUrl } from "./read-url.ts";
import { sayPlaceOptions, sayUrl } from "./render-url.ts";

/** Apple's number for a URL in production without a passed performance test. */
const FORBIDDEN_NO_PASSING_TEST = 4_030_026;

/**
 * Returns the error to tell in place of one that changing the URL failed with: what is there now, and what to
 * do next, in commands. Any other error as it is.
 */
export async function explainUrlRefusal(error: unknown, place: PlaceAtControl): Promise<unknown> {
  if (!(error instanceof ControlCallError)) return error;
  if (error.code === "PRECONDITION_FAILED") return movedMeanwhile(error, place);
  if (error.apple?.errorCode !== FORBIDDEN_NO_PASSING_TEST) return error;
  const start = `holdfast performance-tests start --app ${place.app} --original-transaction-id - --wait`;
  const advice = [error.advice, `Begin one: ${start}`];
  return new ControlCallError(error, {
    advice: advice.filter((part) => part !== undefined).join(" "),
  });
}

async function movedMeanwhile(
  error: ControlCallError,
  place: PlaceAtControl,
): Promise<ControlCallError> {
  const { url } = await readUrl(place);
  const { app, environment } = place;
  return new ControlCallError(error, {
    message: `the real-time URL of ${app} in ${environment} was changed meanwhile, and nothing was done; now it is ${sayUrl(url)}`,
    advice: `see who changed it: holdfast url history ${sayPlaceOptions(place)}; to change it all the same, run the same command again`,
  });
}
