import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Io } from "../command.ts";
import type { WorkersTarget } from "./find-target.ts";

/** How long it is waited for what is written at once, ms. */
const PATIENCE_MS = 10_000;

const INTERVAL_MS = 200;

/**
 * Waits until all that is live or stopped is written for an app's Workers, something went wrong, or ten
 * seconds are over, and returns how it stands then.
 *
 * @throws ControlCallError; Error of the signal when it is aborted meanwhile
 */
export async function awaitWritten(
  client: ApiClient,
  app: string,
  io: Pick<Io, "now" | "sleep" | "signal">,
): Promise<WorkersTarget> {
  const until = io.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await client.call(routes.readWorkersTarget, { params: { app } });
    const values = valuesOf(body);
    const isWaiting = values.some(({ waitingSequence }) => waitingSequence !== undefined);
    const isFailing = values.some(({ problem }) => problem !== undefined);
    if (!isWaiting || isFailing || io.now() >= until) return body;
    await io.sleep(INTERVAL_MS, io.signal);
  }
}

type Written = NonNullable<WorkersTarget["environments"][number]["live"]>;

/** Returns the live values and stop lists of a target. */
export function valuesOf({ environments }: WorkersTarget): readonly Written[] {
  return environments.flatMap(({ live, stopList }) =>
    [stopList, live].filter((value) => value !== undefined),
  );
}
