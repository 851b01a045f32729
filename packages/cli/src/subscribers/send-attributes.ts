import { ATTRIBUTE_LIMITS, routes } from "@holdfast/api";
import type { CallInput, RouteBody } from "@holdfast/api";
import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { sayProgress } from "../storekit/progress.ts";
import type { FileEntry } from "./file-entry.ts";

type Answer = RouteBody<typeof routes.putAttributes>;

type Entries = CallInput<typeof routes.putAttributes>["body"]["entries"];

/** Why an entry was not stored. */
interface EntryProblem extends Pick<Answer["problems"][number], "code" | "message"> {
  /** Where the entry is in the file. */
  readonly line: number;
  /** Absent from JSON where it is about the whole entry. */
  readonly attribute: string | undefined;
}

/** What became of a file's entries. */
export interface SentAttributes {
  readonly entries: number;
  readonly stored: number;
  /** Entries whose transaction nobody has heard of; it was taken for the subscription's first. */
  readonly assumed: number;
  /** Entries that were not stored, with the line they are on. */
  readonly problems: readonly EntryProblem[];
}

/** The most characters of a request's entries: the server takes 4 MiB, and a character has up to three bytes. */
const MAX_CHARACTERS = 1_300_000;

/**
 * Sends entries, as many at once as the API takes.
 *
 * @throws ControlCallError; CommandFailed `INTERRUPTED` by Ctrl-C. Sending a file again changes nothing.
 */
export async function sendAttributes(
  { client, app, environment }: PlaceAtControl,
  entries: readonly FileEntry[],
  io: Pick<Io, "signal" | "stderr" | "isErrTty">,
): Promise<SentAttributes> {
  let sent: SentAttributes = { entries: 0, stored: 0, assumed: 0, problems: [] };
  for (const batch of batchesOf(entries)) {
    if (io.signal.aborted) throw interrupted(sent.entries, entries.length);
    const { body } = await client.call(routes.putAttributes, {
      params: { app, environment },
      // The server checks what is in them; of a file nothing is known.
      body: { entries: batch.map(({ entry }) => entry) as unknown as Entries },
    });
    sent = {
      entries: sent.entries + batch.length,
      stored: sent.stored + body.stored,
      assumed: sent.assumed + body.assumed.length,
      problems: [
        ...sent.problems,
        ...body.problems.map(({ index, code, attribute, message }) => ({
          line: batch[index]?.line ?? 0,
          code,
          attribute,
          message,
        })),
      ],
    };
    sayProgress(io, `sent ${sent.entries} of ${entries.length}`);
  }
  return sent;
}

function* batchesOf(entries: readonly FileEntry[]): Generator<readonly FileEntry[]> {
  let batch: FileEntry[] = [];
  let characters = 0;
  for (const one of entries) {
    const length = JSON.stringify(one.entry).length;
    const isFull = batch.length >= ATTRIBUTE_LIMITS.entries || characters + length > MAX_CHARACTERS;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(one);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}

function interrupted(sent: number, all: number): CommandFailed {
  return new CommandFailed("INTERRUPTED", `stopped after ${sent} of ${all} entries were sent`, {
    advice: "run the same command again: what was sent is sent again, and stays as it is",
  });
}
