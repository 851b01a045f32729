import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { readText } from "../files.ts";

/**
 * Reads a transaction's id from a file, or from standard input for `-`: on a command line it would stay in
 * the shell's history and in the list of processes.
 *
 * @throws UsageError `TRANSACTION_ID_INVALID`, which does not repeat what came; `FILE_UNREADABLE`
 */
export async function readTransactionId(path: string, io: Io): Promise<string> {
  if (/^\d{6,}$/.test(path)) {
    throw new UsageError(
      "TRANSACTION_ID_INVALID",
      "--transaction-id takes a file, or - for standard input, for an id on the command line would be kept in the shell's history; like: pbpaste | holdfast decisions show --transaction-id - …",
    );
  }
  const id = (await readText(io, path)).trim();
  if (/^[\x21-\x7e]{1,64}$/.test(id)) return id;
  throw new UsageError(
    "TRANSACTION_ID_INVALID",
    `expected one transaction id in ${path === "-" ? "standard input" : path}, got ${id === "" ? "nothing" : "something else"}`,
  );
}
