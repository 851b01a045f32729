import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { sayDuration } from "../storekit/duration.ts";
import { sayProgress } from "../storekit/progress.ts";

/** How the reading of App Store Connect stands. */
export type SyncBody = RouteBody<typeof routes.readCatalogSync>;

/** What is waited for. */
export interface AwaitSyncOptions {
  readonly client: ApiClient;
  readonly app: string;
  readonly timeoutMs: number;
}

/** Between two looks, at first and at most. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** How often it is said that it is still going on. */
const SAY_EVERY_MS = 10_000;

/**
 * Waits until no sync of an app runs any more, saying on a terminal that it does, and returns how it ended.
 *
 * @throws CommandFailed `STILL_PENDING` after the timeout, `INTERRUPTED` by Ctrl-C; the sync goes on
 * @throws ControlCallError
 */
export function awaitSync(options: AwaitSyncOptions, io: Io): Promise<SyncBody> {
  return heedingInterruption(io, () => lookUntilEnded(options, io));
}

async function lookUntilEnded({ client, app, timeoutMs }: AwaitSyncOptions, io: Io) {
  const startedAt = io.now();
  let pauseMs = FIRST_PAUSE_MS;
  let saidAt = startedAt;
  sayProgress(io, `reading App Store Connect for ${app} …`);
  for (;;) {
    const { body } = await client.call(routes.readCatalogSync, { params: { app } });
    if (body.state !== "running") return body;
    const passedMs = io.now() - startedAt;
    if (passedMs >= timeoutMs) throw stillRunning(app, timeoutMs);
    if (io.now() - saidAt >= SAY_EVERY_MS) {
      saidAt = io.now();
      sayProgress(io, `still reading, ${sayDuration(passedMs)} so far`);
    }
    await io.sleep(Math.min(pauseMs, timeoutMs - passedMs), io.signal).catch((error: unknown) => {
      if (!io.signal.aborted) throw error;
      throw new CommandFailed("INTERRUPTED", "stopped waiting for the sync", {
        advice: `it goes on at the control plane: holdfast catalog status --app ${app}`,
        cause: error,
      });
    });
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function stillRunning(app: string, timeoutMs: number): CommandFailed {
  return new CommandFailed(
    "STILL_PENDING",
    `the sync of ${app}: expected an end within ${sayDuration(timeoutMs)}`,
    { advice: `it goes on at the control plane: holdfast catalog status --app ${app}` },
  );
}
