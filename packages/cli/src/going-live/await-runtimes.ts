import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Io } from "../command.ts";
import { sayProgress } from "../storekit/progress.ts";
import type { Issued } from "./issued.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { readWrittenForWorkers } from "./written-for-workers.ts";
import type { WrittenForWorkers } from "./written-for-workers.ts";

/** What runtimes are waited for to answer by. */
export interface Awaited extends Issued {
  /** How long at most. */
  readonly timeoutMs: number;
}

/** A runtime that does not answer by it yet. */
export interface LateRuntime {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly reportedAt: number;
  /** The code of why it does not take what is published. */
  readonly problem?: string;
}

/** How far something came. */
export interface Arrival {
  /** How many runtimes answer for the app in the environment. */
  readonly connected: number;
  /** How many of them answer by it. */
  readonly arrived: number;
  readonly late: readonly LateRuntime[];
  /** Whether it was written for the app's Workers; absent where it has none. */
  readonly workers?: WrittenForWorkers;
  /** How long it was waited, in ms. */
  readonly waitedMs: number;
}

/** How often is looked: what is published arrives within a second. */
const INTERVAL_MS = 200;

/**
 * Waits until every connected runtime reports that it answers by a publication or a stop list, and until it
 * was written for the app's Workers, and tells how long that took; at the timeout, which do not. Where no
 * runtime is connected and the app has no Workers there is nothing to wait for.
 *
 * @throws ControlCallError
 * @throws Error of the signal when it is aborted meanwhile
 */
export async function awaitRuntimes(
  place: PlaceAtControl,
  awaited: Awaited,
  io: Pick<Io, "now" | "sleep" | "signal" | "stderr" | "isErrTty">,
): Promise<Arrival> {
  const startedAt = io.now();
  let said = "";
  for (;;) {
    const { connected, late } = await look(place, awaited);
    const workers = await readWrittenForWorkers(place, awaited);
    const waitedMs = io.now() - startedAt;
    const arrived = connected - late.length;
    const arrival = { connected, arrived, late, waitedMs, ...(workers && { workers }) };
    if (hasArrived(arrival) || waitedMs >= awaited.timeoutMs) return arrival;
    const line = sayHowFar(arrival);
    if (line !== said) sayProgress(io, line);
    said = line;
    await io.sleep(INTERVAL_MS, io.signal);
  }
}

/** Tells whether whoever was waited for has it. */
export function hasArrived({ late, workers }: Pick<Arrival, "late" | "workers">): boolean {
  return late.length === 0 && workers?.isWritten !== false;
}

function sayHowFar({ connected, arrived, workers }: Arrival): string {
  const runtimes = `${arrived} of ${connected} runtimes answer by it`;
  return workers?.isWritten === false ? `${runtimes}, not yet written for Workers` : runtimes;
}

async function look(
  { client, app, environment }: PlaceAtControl,
  awaited: Awaited,
): Promise<Pick<Arrival, "connected" | "late">> {
  const late: LateRuntime[] = [];
  let connected = 0;
  for await (const runtime of client.items(routes.listRuntimes, { query: { app, environment } })) {
    connected += 1;
    const served = runtime.serves.find((one) => one.app === app && one.environment === environment);
    if (served !== undefined && sequenceOf(served, awaited) >= awaited.sequence) continue;
    const { id, reportedAt } = runtime;
    const { problem } = served ?? {};
    late.push({ id, reportedAt, ...(problem === undefined ? {} : { problem }) });
  }
  return { connected, late };
}

type Served = RouteBody<typeof routes.listRuntimes>["items"][number]["serves"][number];

function sequenceOf({ sequence, stopListSequence }: Served, { what }: Awaited): number {
  return what === "publication" ? sequence : stopListSequence;
}
