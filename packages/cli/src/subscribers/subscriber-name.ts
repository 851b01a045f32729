import { UsageError } from "@holdfast/appstore/errors";
import type { ArgumentSpec, Io } from "../command.ts";
import { readText } from "../files.ts";

/**
 * Whose subscription. Never on the command line itself: that stays in the shell's history, and every user of
 * the machine can read it while the command runs.
 */
export const ID_FILE_ARGUMENT: ArgumentSpec = {
  name: "id-file",
  description:
    "a file with one id in it: any transaction's, or an appAccountToken; - reads standard input",
  required: true,
};

/** How the API is told who. */
export type SubscriberName =
  | { readonly transactionId: string }
  | { readonly appAccountToken: string };

const TRANSACTION_ID = /^[0-9]{1,20}$/;

const UUID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;

/**
 * Reads who a command is about. The original transaction is one of a subscription's transactions, so that
 * nobody needs to know which of its ids they have. No error shows what was read.
 *
 * @throws UsageError `FILE_UNREADABLE`, `SUBSCRIBER_ID_INVALID`
 */
export async function readSubscriberName(io: Io, file: string): Promise<SubscriberName> {
  if (TRANSACTION_ID.test(file) || UUID.test(file)) throw idInsteadOfFile();
  const id = (await readText(io, file)).replace(/^\u{FEFF}/u, "").trim();
  if (TRANSACTION_ID.test(id)) return { transactionId: id };
  if (UUID.test(id)) return { appAccountToken: id };
  const got = id === "" ? "nothing" : id.includes("\n") ? "several lines" : "something else";
  throw new UsageError(
    "SUBSCRIBER_ID_INVALID",
    `${file}: expected one transaction id, which is up to 20 digits, or one appAccountToken, which is a UUID; got ${got}`,
  );
}

function idInsteadOfFile(): UsageError {
  return new UsageError(
    "SUBSCRIBER_ID_INVALID",
    "expected a file with one id in it, or - for standard input, got an id: on the command line it stays in the shell's history; like: pbpaste | holdfast subscribers show - …",
  );
}
