import type { StopListContent } from "@holdfast/runtime/node";

/** What is to be paused or resumed; the whole app where no offer is named. */
export interface StopChange {
  readonly verb: "pause" | "resume";
  readonly allOffers: boolean;
  /** Single ones, like `yoga.annual/half_price`. */
  readonly offers: readonly string[];
}

/** Returns what a stop list says after a change. What is not named stays as it is. */
export function changeStops(
  before: StopListContent,
  { verb, allOffers, offers }: StopChange,
): StopListContent {
  const isPause = verb === "pause";
  const others = before.stoppedOffers.filter((offer) => !offers.includes(offer));
  return {
    appPaused: allOffers || offers.length > 0 ? before.appPaused : isPause,
    offersPaused: allOffers ? isPause : before.offersPaused,
    stoppedOffers: (isPause ? [...new Set([...others, ...offers])] : others).toSorted(),
    rejectedMessages: before.rejectedMessages,
  };
}
