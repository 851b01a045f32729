import type { PublicationPlace } from "../publishing/publishing-means.ts";
import type { ControlState, PlaceSequence } from "./control-state.ts";

/** How the runtimes of an app and environment keep up. */
export interface RuntimeLag extends PublicationPlace {
  /** How many report that they answer for it. */
  readonly runtimes: number;
  /** How many have an older publication or stop list than is in force. */
  readonly behind: number;
  /** By how many publications the one furthest behind is behind. */
  readonly furthest: number;
  /** How many say that something is wrong. */
  readonly problems: number;
}

/**
 * Returns how runtimes keep up with each app and environment that has something live, served or not: a
 * place that no runtime serves has 0 of them.
 */
export function runtimeLags({
  live,
  stopLists,
  runtimes,
}: Pick<ControlState, "live" | "stopLists" | "runtimes">): readonly RuntimeLag[] {
  const served = Map.groupBy(
    runtimes.flatMap(({ serves }) => serves),
    keyOf,
  );
  const stops = new Map(stopLists.map((place) => [keyOf(place), place.sequence]));
  return live.map((place) => lagOf(place, served.get(keyOf(place)) ?? [], stops));
}

type Served = ControlState["runtimes"][number]["serves"][number];

function lagOf(
  place: PlaceSequence,
  served: readonly Served[],
  stops: ReadonlyMap<string, number>,
): RuntimeLag {
  const { app, environment, sequence } = place;
  const stopListSequence = stops.get(keyOf(place)) ?? 0;
  const lags = served.map((runtime) => Math.max(0, sequence - runtime.sequence));
  const behind = served.filter(
    (runtime) => runtime.sequence < sequence || runtime.stopListSequence < stopListSequence,
  );
  return {
    app,
    environment,
    runtimes: served.length,
    behind: behind.length,
    furthest: lags.reduce((furthest, lag) => Math.max(furthest, lag), 0),
    problems: served.filter(({ problem }) => problem !== undefined).length,
  };
}

function keyOf({ app, environment }: PublicationPlace): string {
  return `${app} ${environment}`;
}
