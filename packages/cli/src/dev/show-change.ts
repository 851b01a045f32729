import { setTimeout as sleep } from "node:timers/promises";
import { routes } from "@holdfast/api";
import type { Io } from "../command.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import type { DevWorker } from "./dev-workers.ts";
import { readLivePublication } from "../going-live/live-publication.ts";

/** How often the Worker is asked by what it answers, ms. */
const ASK_MS = 250;

/** Within what time a Worker answers by what was published, ms: it is the promise of the whole. */
const PROMISED_MS = 90_000;

/** How the Worker is asked. */
interface Asking {
  readonly fetch: Io["fetch"];
  readonly signal: AbortSignal;
}

/** Returns what is to be told of a Worker that was started, when it answers by what is live. */
export async function awaitWorker(
  place: PlaceAtControl,
  worker: Pick<DevWorker, "url" | "gzippedBytes">,
  asking: Asking,
): Promise<string> {
  const label = (await readLivePublication(place))?.label;
  const ending = await sayWhenAnswering(label, healthOf(place, worker), asking);
  const { app, environment } = place;
  const size = (worker.gzippedBytes / 1024).toFixed(1);
  return `Worker     ${worker.url}    /healthz /apple/retention/${app}/${environment}    ${size} KiB gzipped; ${label}: ${ending}`;
}

/**
 * Publishes what is live once more, under the next sequence, and returns what is to be told of it: after how many
 * seconds the Worker answered by it.
 *
 * @throws ControlCallError
 */
export async function publishAgain(
  place: PlaceAtControl,
  worker: Pick<DevWorker, "url">,
  asking: Asking,
): Promise<string> {
  const { client, app, environment } = place;
  const live = await readLivePublication(place);
  if (live?.version === undefined) return "nothing is live that could be published again";
  const { version, sequence: expectedSequence } = live;
  const input = { params: { app, environment }, body: { version, expectedSequence } };
  const { label } = (await client.call(routes.publishVersion, input)).body;
  const ending = await sayWhenAnswering(label, healthOf(place, worker), asking);
  return `change     published again as ${label}: the Worker ${ending}`;
}

function healthOf({ app, environment }: PlaceAtControl, { url }: Pick<DevWorker, "url">): string {
  const query = new URLSearchParams({ app, environment }).toString();
  return `${url}/healthz?${query}`;
}

async function sayWhenAnswering(
  label: string | undefined,
  health: string,
  { fetch, signal }: Asking,
): Promise<string> {
  const startedAt = performance.now();
  const passedMs = (): number => performance.now() - startedAt;
  while (passedMs() < PROMISED_MS) {
    if ((await snapshotOf(health, fetch)) === label) {
      return `answers by it after ${(passedMs() / 1000).toFixed(1)} s`;
    }
    await sleep(ASK_MS, undefined, { signal });
  }
  return `does not answer by it after ${PROMISED_MS / 1000} s`;
}

async function snapshotOf(url: string, ask: Io["fetch"]): Promise<unknown> {
  const response = await ask(url, {});
  // What a runtime's health is.
  return ((await response.json()) as { readonly snapshot?: string }).snapshot;
}
