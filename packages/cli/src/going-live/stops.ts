import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { PlaceAtControl } from "./live-publication.ts";

/** What must not be sent any more, whatever the flow says. */
export type StopList = RouteBody<typeof routes.readStopList>;

/** Returns the stop list in force. */
export async function readStops({ client, app, environment }: PlaceAtControl): Promise<StopList> {
  const { body } = await client.call(routes.readStopList, { params: { app, environment } });
  return body;
}

/** Says what is stopped, a line each: what keeps a flow from being answered as it is written. */
export function sayStops(
  stops: StopList,
  { app, environment }: Pick<PlaceAtControl, "app" | "environment">,
): readonly string[] {
  const words = `--app ${app} --environment ${environment}`;
  const { appPaused, offersPaused, stoppedOffers } = stops;
  return [
    ...(appPaused
      ? [
          `the app is paused: every request is answered with the flow's fallback; holdfast resume ${words}`,
        ]
      : []),
    ...(offersPaused
      ? [`offers are paused: none is given; holdfast resume ${words} --offers`]
      : []),
    ...(stoppedOffers.length === 0
      ? []
      : [`these offers are stopped: ${stoppedOffers.join(", ")}`]),
  ];
}
