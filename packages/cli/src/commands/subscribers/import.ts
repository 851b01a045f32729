import { basename } from "node:path";
import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { heedingInterruption } from "../../heeding-interruption.ts";
import { print } from "../../output.ts";
import { awaitImport } from "../../subscriber-imports/await-import.ts";
import { readIdFile } from "../../subscriber-imports/read-id-file.ts";
import type { IdFile } from "../../subscriber-imports/read-id-file.ts";
import { renderImport } from "../../subscriber-imports/render-import.ts";
import { sendIds } from "../../subscriber-imports/send-ids.ts";

/** Line numbers that are told; more say nothing new. */
const TOLD_LINES = 20;

/** `holdfast subscribers import` */
export const importSubscribers: Command = {
  summary: "Have the status of many subscribers fetched from Apple, by a file of transaction ids",
  description:
    "Takes any transaction id of each customer: one a line, CSV, or JSON lines; what the file is shows its first line. Ids of the same file that were sent before are not sent again, so that after Ctrl-C, or on another day, the same command goes on where it was. " +
    "Then waits until Apple was asked about all of them, which happens below Apple's limits: 25 a second in production and 2.5 in the sandbox unless the server is told otherwise. The control plane keeps ids sealed, and only until Apple was asked. Exit code 1 where the import was cancelled meanwhile.",
  arguments: [
    { name: "file", description: "the file of ids; - for standard input", required: true },
  ],
  options: [
    {
      flags: "--column <name>",
      description:
        "the column, or the member of JSON lines, that has the ids (default: the first column; originalTransactionId or transactionId)",
    },
    {
      flags: "--skip-invalid",
      description: "send the ids there are when some lines have none, instead of refusing the file",
    },
    { flags: "--again", description: "import a file again whose import is done" },
    { flags: "--no-wait", description: "send the ids, and do not wait until Apple was asked" },
    ...PLACE_OPTIONS,
  ],
  afterInterruption: "the same command goes on where it was",
  examples: [
    {
      line: "holdfast subscribers import ids.txt --app yoga --environment production",
      does: "one id a line",
    },
    {
      line: "holdfast subscribers import users.csv --column original_transaction_id --app yoga --environment production --no-wait",
      does: "a column of a spreadsheet, from a script that goes on",
    },
  ],
  async run(input, io) {
    const { options, arguments: positional } = input;
    // The parser does not go on without it.
    const file = positional[0] ?? "";
    const { ids, sha256, invalidLines } = await readIdFile(io, {
      file,
      column: options.text("column"),
    });
    requireIds(file, { ids, invalidLines }, options);
    const place = await openPlace(input, io);
    const { app, environment } = place;
    const { body: begun } = await place.client.call(routes.createSubscriberImport, {
      params: { app, environment },
      body: {
        fileSha256: sha256,
        total: ids.length,
        again: options.flag("again"),
        ...nameOf(file),
      },
    });
    const ended = await heedingInterruption(io, async () => {
      const sent = await sendIds(place, { begun, ids }, io);
      // Commander keeps `--no-wait` as `wait`, which is on unless it is given.
      return options.flag("wait") ? awaitImport(place, sent, io) : sent;
    });
    const skipped = invalidLines.length;
    print(input, io, {
      json: { ...ended, skippedLines: skipped },
      table: () => [
        ...renderImport(ended),
        ...(skipped === 0 ? [] : ["", `${sayLines(invalidLines)} had no transaction id`]),
        ...(begun.state === "done"
          ? ["", "These ids were imported before; --again imports them anew"]
          : []),
      ],
    });
    return ended.state === "cancelled" ? 1 : 0;
  },
};

/** What lists call it; a name that cannot be shown in a line is left out. */
function nameOf(file: string): { readonly name?: string } {
  const name = basename(file);
  return file === "-" || name.length > 200 || /[\p{Cc}\p{Cs}]/u.test(name) ? {} : { name };
}

/** @throws UsageError `IMPORT_EMPTY`, `IMPORT_INVALID` */
function requireIds(
  file: string,
  { ids, invalidLines }: Pick<IdFile, "ids" | "invalidLines">,
  options: Options,
): void {
  if (invalidLines.length > 0 && !options.flag("skip-invalid")) {
    throw new UsageError(
      "IMPORT_INVALID",
      `${file}: expected a transaction id, which is up to 20 digits, in each line; ${sayLines(invalidLines)} ${invalidLines.length === 1 ? "has" : "have"} none, and nothing was sent. ` +
        "A spreadsheet may have rounded them: format the column as text. --column names another one, and --skip-invalid sends the rest",
    );
  }
  if (ids.length > 0) return;
  throw new UsageError("IMPORT_EMPTY", `${file}: expected transaction ids, and there is none`);
}

function sayLines(lines: readonly number[]): string {
  const told = lines.slice(0, TOLD_LINES).join(", ");
  const more = lines.length > TOLD_LINES ? ` and ${lines.length - TOLD_LINES} more` : "";
  return `${lines.length === 1 ? "line" : "lines"} ${told}${more}`;
}
