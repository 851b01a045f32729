import { CodedError, UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec } from "./command.ts";
import { codeOf, reasonOf } from "./files.ts";

/** Where a machine's runtime keeps its things. */
export const DATA_OPTION: OptionSpec = {
  flags: "--data <directory>",
  description: "publications, decisions and secrets of this machine's runtime",
  default: ".holdfast",
  env: "HOLDFAST_DATA_DIR",
};

/**
 * Does something that begins to use the directory of `--data`.
 *
 * @throws UsageError `DATA_DIRECTORY_UNUSABLE` where the operating system refuses that
 */
export async function withDataDirectory<T>(directory: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (codeOf(cause) === undefined || cause instanceof CodedError) throw cause;
    const message = `--data ${directory}: ${reasonOf(cause)}; name a directory that can be written`;
    throw new UsageError("DATA_DIRECTORY_UNUSABLE", message, { cause });
  }
}
