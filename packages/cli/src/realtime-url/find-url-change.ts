import { routes } from "@holdfast/api";
import type { PageItem } from "@holdfast/api/client";
import { CommandFailed } from "../errors.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { sayPlaceOptions } from "./render-url.ts";

/** One change of the URL, as the control plane has it. */
export type UrlChange = PageItem<typeof routes.listRealtimeUrlChanges>;

/** A change that can be taken back: there was a URL before. */
export interface RevocableChange extends UrlChange {
  readonly before: string;
}

/**
 * Finds the change to take back: the one of an id, or the newest.
 *
 * @throws CommandFailed `NOTHING_BEFORE` where there is no such change, or no URL before it
 * @throws ControlCallError
 */
export async function findUrlChange(
  place: PlaceAtControl,
  wanted: string | undefined,
): Promise<RevocableChange> {
  const { client, app, environment } = place;
  const params = { app, environment };
  for await (const change of client.items(routes.listRealtimeUrlChanges, { params })) {
    if (wanted === undefined || change.id === wanted) return requireBefore(place, change);
  }
  const message =
    wanted === undefined
      ? `no change of the real-time URL of ${app} in ${environment} is known`
      : `${app} has no change ${wanted} of the real-time URL in ${environment}`;
  const advice = `see what was: holdfast url history ${sayPlaceOptions(place)}`;
  throw new CommandFailed("NOTHING_BEFORE", message, { advice });
}

function requireBefore(place: PlaceAtControl, change: UrlChange): RevocableChange {
  const { id, before } = change;
  if (before !== undefined) return { ...change, before };
  throw new CommandFailed("NOTHING_BEFORE", `there was no real-time URL before the change ${id}`, {
    advice: `to have none again: holdfast url delete ${sayPlaceOptions(place)} --confirm`,
  });
}
