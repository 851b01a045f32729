import type { WorkersTarget } from "./find-target.ts";
import type { NamespaceState, WorkerApp } from "./namespace-state.ts";
import type { WorkerHealth } from "./worker-health.ts";

/** Within which time Workers show what was written, in milliseconds; a namespace takes 60 s, or more. */
const ARRIVAL_MS = 90_000;

/** What a control plane has written of an environment. */
export type WrittenEnvironment = WorkersTarget["environments"][number];

/** What was found of an app in an environment; undefined where nobody could be asked. */
export interface FoundPlace {
  readonly place: Pick<WorkerApp, "app" | "environment">;
  readonly namespace: NamespaceState | undefined;
  readonly worker: WorkerHealth | undefined;
  readonly control: WrittenEnvironment | undefined;
}

/**
 * How an app in an environment is.
 *
 * - `ok`; `arriving`: published within the last 90 s, and the Worker does not show it yet
 * - `behind`: longer than that, or the control plane cannot write for longer than that
 * - `unhealthy`: the Worker says so, or does not answer
 * - `unverified`: what is in the namespace is not its publisher's, or damaged
 * - `unpublished`: the namespace has nothing
 */
export type PlaceState = "ok" | "arriving" | "behind" | "unhealthy" | "unverified" | "unpublished";

/** Tells how an app in an environment is, the worst first. */
export function judgePlace({ namespace, worker, control }: FoundPlace, now: number): PlaceState {
  const { live, stops } = namespace ?? {};
  if ([live, stops].some((value) => value !== undefined && "problem" in value)) return "unverified";
  if (namespace !== undefined && live === undefined) return "unpublished";
  if (worker?.ok === false) return "unhealthy";
  if (isFailing(control, now)) return "behind";
  const record = live !== undefined && "record" in live ? live.record : undefined;
  if (worker === undefined || record === undefined || worker.snapshot === record.label) return "ok";
  return now - record.publishedAt > ARRIVAL_MS ? "behind" : "arriving";
}

/** Tells whether a state is one to be called for. */
export function isAlarming(state: PlaceState): boolean {
  return state !== "ok" && state !== "arriving";
}

function isFailing(control: WrittenEnvironment | undefined, now: number): boolean {
  return [control?.live, control?.stopList].some(
    (value) => value?.failingSince !== undefined && now - value.failingSince > ARRIVAL_MS,
  );
}
