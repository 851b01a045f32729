import { UsageError } from "@holdfast/appstore/errors";
import { checkTransactionId } from "@holdfast/appstore/retention-messaging";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readText } from "../files.ts";
import { requireSound } from "../storekit/check-values.ts";

/** Which subscription Apple asks about. */
export const TRANSACTION_OPTION: OptionSpec = {
  flags: "--original-transaction-id <id>",
  description:
    "of an auto-renewable subscription bought in the sandbox, not shared by a family; - reads it from stdin, so that no history of a shell has it; required",
  required: true,
};

/**
 * Returns the id of {@link TRANSACTION_OPTION}, of the command line or of standard input. No error shows it.
 *
 * @throws UsageError `OPTION_MISSING`, `TRANSACTION_ID_INVALID`
 */
export async function readTestedTransaction(options: Options, io: Io): Promise<string> {
  const given = options.required("original-transaction-id").trim();
  const id = given === "-" ? (await readText(io, "-")).trim() : given;
  if (id === "") {
    throw new UsageError(
      "OPTION_MISSING",
      "--original-transaction-id -: expected the id on standard input, got nothing",
    );
  }
  requireSound("--original-transaction-id", checkTransactionId(id), io);
  return id;
}
