import type { RouteBody, routes } from "@holdfast/api";
import type { Io } from "../command.ts";
import { renderChanges } from "../flow-versions/render-changes.ts";
import { renderSaved } from "../flow-versions/render-saved.ts";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { createStyle, printable } from "../style.ts";
import type { Arrival } from "./await-runtimes.ts";
import type { PlaceAtControl, Publication } from "./live-publication.ts";
import type { LiveComparison, PublishTarget } from "./publish-target.ts";
import { renderArrival } from "./render-arrival.ts";
import { sayStops } from "./stops.ts";
import type { StopList } from "./stops.ts";

/** What came of publishing. */
export interface Published {
  readonly publication: Publication;
  /** Whether it is live since now; otherwise it was before. */
  readonly isNew: boolean;
  readonly runtimes: Arrival | undefined;
  readonly stops: StopList;
}

/** What was published where, over what, and through which control plane. */
export interface PublishContext {
  readonly server: string;
  readonly place: PlaceAtControl;
  readonly target: PublishTarget;
  /** Undefined where nothing was live. */
  readonly comparison: LiveComparison | undefined;
}

/** Renders for people what came of publishing. */
export function renderPublished(
  { publication, isNew, runtimes, stops }: Published,
  context: PublishContext,
  io: Pick<Io, "colors" | "now">,
): readonly string[] {
  const style = createStyle(io);
  const { server, place } = context;
  return [
    ...(isNew ? renderWhatChanges(context, io) : []),
    ...renderLive(
      isNew ? "live" : "live already, nothing was published",
      { publication, server },
      io,
    ),
    ...(runtimes === undefined ? [] : renderArrival(runtimes, io)),
    ...sayStops(stops, place).map((line) => style.yellow(printable(line))),
  ];
}

/** Renders for people a publication that is live. */
export function renderLive(
  what: string,
  { publication, server }: { readonly publication: Publication; readonly server: string },
  io: Pick<Io, "colors">,
): readonly string[] {
  const { app, environment, label, sequence, version, snapshot } = publication;
  const facts = { app, environment, label, sequence, version, hash: snapshot };
  return [
    createStyle(io).green(`${what}, through ${server}`),
    ...columns(Object.entries(facts).map(([name, value]) => [`  ${name}`, String(value)])),
  ];
}

type Schedule = RouteBody<typeof routes.createSchedule>;

/** Renders for people that something is to be published. */
export function renderScheduled(
  { id, version, publishAt }: Schedule,
  context: PublishContext,
  io: Pick<Io, "colors">,
): readonly string[] {
  const { app, environment } = context.place;
  return [
    ...renderWhatChanges(context, io),
    createStyle(io).green(
      `version ${version} goes live in ${environment} at ${sayInstant(publishAt)}, whatever is live then`,
    ),
    `keep it from that: holdfast flow schedules cancel ${id} --app ${app} --environment ${environment}`,
  ];
}

function renderWhatChanges(
  { target, comparison, place }: PublishContext,
  io: Pick<Io, "colors">,
): readonly string[] {
  const saved = target.saved?.isNew === true ? renderSaved(target.saved, io).slice(0, 1) : [];
  if (comparison === undefined) return [...saved, `the first publication in ${place.environment}`];
  const { live, difference } = comparison;
  const head = `version ${live.version} (sequence ${live.sequence}) → version ${target.version}:`;
  const changes = difference.isSame
    ? ["  the very same flow"]
    : renderChanges(difference.changes, io);
  return [...saved, head, ...changes];
}
