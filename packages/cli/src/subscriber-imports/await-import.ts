import { routes } from "@holdfast/api";
import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { sayProgress } from "../storekit/progress.ts";
import { sayFetched } from "./render-import.ts";
import type { ImportBody } from "./send-ids.ts";

/** Between two looks, at first and at most. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Waits until an import has ended, saying on a terminal how far it is, and returns it.
 *
 * @throws ControlCallError; CommandFailed `INTERRUPTED` by Ctrl-C: the import goes on
 */
export async function awaitImport(
  { client, app, environment }: PlaceAtControl,
  begun: ImportBody,
  io: Pick<Io, "signal" | "sleep" | "stderr" | "isErrTty">,
): Promise<ImportBody> {
  let seen = begun;
  let pauseMs = FIRST_PAUSE_MS;
  while (seen.endedAt === undefined) {
    sayProgress(io, sayFetched(seen));
    await io.sleep(pauseMs, io.signal).catch((cause: unknown) => {
      if (!io.signal.aborted) throw cause;
      throw new CommandFailed("INTERRUPTED", "stopped waiting for the import", {
        advice: `it goes on at the control plane: holdfast subscribers imports list --app ${app} --environment ${environment}`,
        cause,
      });
    });
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    const params = { app, environment, import: begun.id };
    seen = (await client.call(routes.readSubscriberImport, { params })).body;
  }
  return seen;
}
