import type { Io } from "../command.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { createStyle, printable } from "../style.ts";

/** Says a URL, which may be of others' making, or that there is none. */
export function sayUrl(url: string | null): string {
  return url === null ? "none" : printable(url);
}

/** Says an environment of an app as command lines take it. */
export function sayPlaceOptions({
  app,
  environment,
}: Pick<PlaceAtControl, "app" | "environment">): string {
  return `--app ${app} --environment ${environment}`;
}

/** A change of the URL. */
export interface UrlMove {
  /** Null where there was none. */
  readonly from: string | null;
  /** Null where there is to be none. */
  readonly to: string | null;
}

/** Renders for people what a change came to, and how to take it back. */
export function renderUrlMove(
  place: PlaceAtControl,
  { from, to }: UrlMove,
  io: Pick<Io, "colors">,
): readonly string[] {
  const { green } = createStyle(io);
  const { environment } = place;
  if (from === to) {
    return [
      `nothing to do in ${environment}: Apple ${to === null ? "asks nobody" : `asks ${sayUrl(to)}`} already`,
    ];
  }
  return [
    green(`${environment}: ${sayUrl(from)} → ${sayUrl(to)}`),
    `undo it: ${undoLine(place, from)}`,
  ];
}

function undoLine(place: PlaceAtControl, from: string | null): string {
  const words = sayPlaceOptions(place);
  if (from === null) return `holdfast url delete ${words} --confirm`;
  return `holdfast url rollback ${words}${place.environment === "production" ? " --confirm" : ""}`;
}
