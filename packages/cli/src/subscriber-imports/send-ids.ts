import { MAX_IMPORTED_AT_ONCE, routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Io } from "../command.ts";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import { CommandFailed } from "../errors.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { sayProgress } from "../storekit/progress.ts";
import type { IdFile } from "./read-id-file.ts";

/** An import as the API tells it. */
export type ImportBody = RouteBody<typeof routes.readSubscriberImport>;

/** How often a batch is sent again that did not arrive, or whose answer did not. */
const MAX_TRIES = 6;

const FIRST_PAUSE_MS = 1000;

/** How often it is said how far the sending is. */
const SAY_EVERY_MS = 2000;

/**
 * Sends the ids of a file that the control plane does not have yet, and returns the import with all of them.
 *
 * @throws ControlCallError; CommandFailed `INTERRUPTED` by Ctrl-C. Either way the same command goes on where
 *   it was.
 */
export async function sendIds(
  { client, app, environment }: PlaceAtControl,
  { begun, ids }: { readonly begun: ImportBody; readonly ids: IdFile["ids"] },
  io: Pick<Io, "signal" | "sleep" | "now" | "stderr" | "isErrTty">,
): Promise<ImportBody> {
  let sent = begun;
  let saidAt = Number.NEGATIVE_INFINITY;
  while (sent.state === "receiving" && sent.received < ids.length) {
    if (io.signal.aborted) throw interrupted(sent);
    if (io.now() - saidAt >= SAY_EVERY_MS) {
      saidAt = io.now();
      sayProgress(io, `sent ${sent.received} of ${ids.length}`);
    }
    sent = await sendBatch(sent);
  }
  return sent;

  async function sendBatch(before: ImportBody): Promise<ImportBody> {
    const params = { app, environment, import: before.id };
    const offset = before.received;
    const transactionIds = ids.slice(offset, offset + MAX_IMPORTED_AT_ONCE);
    for (let tries = 1; ; tries += 1) {
      try {
        const call = { params, body: { offset, transactionIds } };
        return (await client.call(routes.addToSubscriberImport, call)).body;
      } catch (error) {
        if (io.signal.aborted) throw interrupted(before, error);
        if (!(error instanceof ControlCallError) || tries >= MAX_TRIES) throw error;
        // Somebody else sends the same file: both go on at what is there.
        if (error.code === "CONFLICT") {
          return (await client.call(routes.readSubscriberImport, { params })).body;
        }
        if (!mayPass(error)) throw error;
        sayProgress(io, `${error.message}; sending again`);
        const pauseMs = Math.max(
          FIRST_PAUSE_MS * 2 ** (tries - 1),
          (error.retryAt ?? 0) - io.now(),
        );
        await io.sleep(pauseMs, io.signal).catch((cause: unknown) => {
          throw interrupted(before, cause);
        });
      }
    }
  }
}

/** Sending ids again changes nothing, so that whatever may pass is tried again. */
function mayPass({ status = 503 }: ControlCallError): boolean {
  return status === 429 || status >= 500;
}

function interrupted({ received, total }: ImportBody, cause?: unknown): CommandFailed {
  return new CommandFailed("INTERRUPTED", `stopped after ${received} of ${total} ids were sent`, {
    advice: "the same command goes on there; what was sent is fetched meanwhile",
    ...(cause === undefined ? {} : { cause }),
  });
}
