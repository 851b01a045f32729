import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { Stops } from "@holdfast/flow/evaluate";
import type { PublicationPlace } from "../publishing/index.ts";
import { readStopList } from "../publishing/stop-lists.ts";
import type { Queries } from "../storage/index.ts";

/** Returns the stop list in force as evaluation takes it; nothing is stopped where there is none. */
export async function readStops(queries: Queries, place: PublicationPlace): Promise<Stops> {
  const list = await readStopList(queries, place);
  if (list === undefined) return NO_STOPS;
  const { sequence, appPaused, offersPaused } = list;
  return {
    sequence,
    appPaused,
    offersPaused,
    stoppedOffers: new Set(list.stoppedOffers),
    rejectedMessages: new Set(list.rejectedMessages),
  };
}

/** Returns of stops what Apple did, without what people paused for a while. */
export function withoutPauses({ sequence, rejectedMessages }: Stops): Stops {
  return { ...NO_STOPS, sequence, rejectedMessages };
}
