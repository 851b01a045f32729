import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { backupDatabase } from "@holdfast/control/storage";
import type { Command, Io } from "../command.ts";
import { DATA_OPTION } from "../data-option.ts";
import { readDatabasePlace, requireSqlite } from "../database/database-place.ts";
import { endingOnInterruption } from "../database/ending-on-interruption.ts";
import { sayBytes } from "../database/say-bytes.ts";
import { print } from "../output.ts";
import { sayProgress } from "../storekit/progress.ts";

/** `holdfast backup` */
export const backup: Command = {
  summary: "Write a copy of the database, also while a server runs",
  description:
    "The copy is the database as it was at one moment, checked, in one file that only you can read. It holds no master key: keep the file master-key of the data directory too, in another place, for without it the keys in the copy cannot be opened. PostgreSQL has pg_dump.",
  arguments: [{ name: "file", description: "where to", required: true }],
  options: [
    DATA_OPTION,
    { flags: "--force", description: "replace the file, once the copy is whole" },
  ],
  afterInterruption: "nothing was written; run it again",
  examples: [
    {
      line: "holdfast backup holdfast-2026-11-21.db",
      does: "back up the server of this directory",
    },
    {
      line: "holdfast backup --data /var/lib/holdfast --force /backup/holdfast.db",
      does: "every night, over the one before",
    },
  ],
  async run(input, io) {
    const place = await readDatabasePlace(input.options, io);
    const directory = requireSqlite(place, "back it up with pg_dump: docs/operations.md");
    const file = input.arguments[0] ?? "";
    const path = resolve(io.cwd, file);
    if (!input.options.flag("force")) await refuseExisting(path, file);
    await endingOnInterruption(io, (signal) =>
      backupDatabase(directory, path, { signal, onProgress: showProgress(io) }),
    );
    const { size: sizeBytes } = await stat(path);
    print(input, io, {
      json: { file, sizeBytes },
      table: () => [
        `Backed up to ${file}, ${sayBytes(sizeBytes)}`,
        `Keep the master key too, in another place: ${join(directory, "master-key")}, or what HOLDFAST_MASTER_KEY says`,
      ],
    });
    return 0;
  },
};

/** Asks for the file's facts alone: it may be of any size. */
async function refuseExisting(path: string, file: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new UsageError("FILE_EXISTS", `${file}: is there already; replace it with --force`);
}

/** Tells each whole tenth once. */
function showProgress(io: Io) {
  let told = 0;
  return ({ copiedPages, totalPages }: { copiedPages: number; totalPages: number }): void => {
    const tenths = Math.floor((10 * copiedPages) / totalPages);
    if (tenths <= told) return;
    told = tenths;
    sayProgress(io, `copied ${tenths * 10} %`);
  };
}
