import type { Io } from "../command.ts";
import { createStyle, printable } from "../style.ts";
import type { Arrival } from "./await-runtimes.ts";
import type { LiveFallback } from "./live-fallback.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { renderArrival } from "./render-arrival.ts";
import type { StopList } from "./stops.ts";

/** A stop list that was issued, and how far it came. */
export interface Stopped {
  readonly place: PlaceAtControl;
  readonly stops: StopList;
  /** Undefined where nothing is live. */
  readonly live: LiveFallback | undefined;
  /** Undefined where nothing was waited for. */
  readonly runtimes: Arrival | undefined;
}

/** Renders for people what Apple is answered now. */
export function renderStopped(
  { place, stops, live, runtimes }: Stopped,
  io: Pick<Io, "colors" | "now">,
): readonly string[] {
  const style = createStyle(io);
  const { app, environment } = place;
  const lines = sayAnswers(stops, live).map((line) => `  ${printable(line)}`);
  return [
    style.bold(`${app} in ${environment}`),
    ...lines,
    ...(stops.sequence === 0 || runtimes === undefined
      ? []
      : renderArrival(runtimes, io).map((line) => `  ${line}`)),
  ];
}

function sayAnswers(
  { appPaused, offersPaused, stoppedOffers }: StopList,
  live: LiveFallback | undefined,
): readonly string[] {
  if (live === undefined) {
    return ["nothing is live: Apple gets 503 and falls back by itself, paused or not"];
  }
  const answers = appPaused
    ? `paused: every request is answered with the flow's fallback, ${live.words}`
    : "requests are answered as the flow says";
  const offers = offersPaused
    ? `offers are paused: where one would be given, the response's own fallback is, then the flow's, ${live.words}`
    : "offers are given";
  return [
    answers,
    ...(appPaused && !offersPaused ? [] : [offers]),
    ...(stoppedOffers.length === 0 ? [] : [`stopped all the same: ${stoppedOffers.join(", ")}`]),
  ];
}
