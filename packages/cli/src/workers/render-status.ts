import type { Io } from "../command.ts";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { createStyle, printable } from "../style.ts";
import { isAlarming } from "./judge-place.ts";
import type { FoundPlace, PlaceState, WrittenEnvironment } from "./judge-place.ts";
import type { NamespaceState, Verified } from "./namespace-state.ts";
import type { WorkerHealth } from "./worker-health.ts";

/** What was found of an app in an environment, and how that is. */
export interface JudgedPlace {
  readonly found: FoundPlace;
  readonly state: PlaceState;
}

/** Describes a place for machines; what nobody could be asked about is null. */
export function describePlace({ found, state }: JudgedPlace): object {
  const { place, namespace, worker, control } = found;
  return {
    app: place.app,
    environment: place.environment,
    state,
    namespace:
      namespace === undefined
        ? null
        : { live: describe(namespace.live), stopList: describe(namespace.stops) },
    worker: worker ?? null,
    control: control ?? null,
  };
}

function describe(value: Verified<object> | undefined): object | null {
  if (value === undefined) return null;
  return "problem" in value ? { verified: false, ...value } : { verified: true, ...value.record };
}

const HEAD = ["App", "Environment", "State", "Namespace", "Published", "Worker", "Control plane"];

/** Renders places for people, and below what is stopped or to be warned of. */
export function renderPlaces(
  places: readonly JudgedPlace[],
  io: Pick<Io, "colors">,
): readonly string[] {
  const style = createStyle(io);
  const rows = places.map(({ found: { place, namespace, worker, control }, state }) => [
    place.app,
    place.environment,
    isAlarming(state) ? style.red(state) : style.green(state),
    ...sayNamespace(namespace),
    sayWorker(worker),
    sayControl(control),
  ]);
  const notes = places.flatMap(({ found: { place, namespace, worker } }) =>
    [...sayStops(namespace), ...(worker?.warnings ?? [])].map(
      (note) => `${place.app} ${place.environment}: ${printable(note)}`,
    ),
  );
  return [...columns([HEAD, ...rows]), ...notes.map((note) => style.yellow(note))];
}

function sayNamespace(namespace: NamespaceState | undefined): readonly [string, string] {
  if (namespace === undefined) return ["not asked", ""];
  const { live, stops } = namespace;
  if (live === undefined) return ["nothing", ""];
  if ("problem" in live) return [live.problem, ""];
  const problem = stops !== undefined && "problem" in stops ? `, stop list ${stops.problem}` : "";
  return [`${printable(live.record.label)}${problem}`, sayInstant(live.record.publishedAt)];
}

function sayWorker(worker: WorkerHealth | undefined): string {
  if (worker === undefined) return "not asked";
  return printable(worker.snapshot ?? worker.reason ?? "nothing");
}

function sayControl(control: WrittenEnvironment | undefined): string {
  if (control === undefined) return "";
  const { live, stopList } = control;
  const problem = live?.problem ?? stopList?.problem;
  if (problem !== undefined) return printable(problem);
  const waiting = live?.waitingSequence ?? stopList?.waitingSequence;
  if (waiting !== undefined) return `${waiting} waits`;
  return live?.sequence === undefined ? "nothing" : `wrote ${live.sequence}`;
}

function sayStops(namespace: NamespaceState | undefined): readonly string[] {
  const { stops } = namespace ?? {};
  if (stops === undefined || "problem" in stops) return [];
  const { appPaused, offersPaused, stoppedOffers } = stops.record;
  return [
    ...(appPaused ? ["the app is paused: every request is answered with the fallback"] : []),
    ...(offersPaused ? ["offers are paused: none is given"] : []),
    ...(stoppedOffers.length === 0 ? [] : [`stopped offers: ${stoppedOffers.join(", ")}`]),
  ];
}
