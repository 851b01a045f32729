import { UsageError } from "@holdfast/appstore/errors";
import type { CommandInput, Io, OptionSpec } from "../command.ts";
import { ConnectionError, findServer } from "../control-plane/find-server.ts";

/** The runtime of this machine as the other way beside a control plane. Nothing is taken for granted. */
export const LOCAL_RUNTIME_OPTION: OptionSpec = {
  flags: "--data <directory>",
  description:
    "the runtime of this machine, by the directory where it keeps its things, instead of a control plane",
  env: "HOLDFAST_DATA_DIR",
};

/**
 * Returns the directory {@link LOCAL_RUNTIME_OPTION} names, or undefined where a control plane is meant.
 * Where nobody said which, it is an error: a pipeline that lost its server must not publish into a
 * directory nobody reads.
 *
 * @throws UsageError `OPTION_INVALID` where both are named
 * @throws ConnectionError `SERVER_UNKNOWN` where neither is known
 */
export async function findLocalRuntime(
  { options }: Pick<CommandInput, "options">,
  io: Io,
): Promise<string | undefined> {
  const directory = options.text("data") ?? "";
  const server = options.text("server") ?? "";
  if (directory !== "" && server !== "") {
    throw new UsageError(
      "OPTION_INVALID",
      "expected --data (or HOLDFAST_DATA_DIR) for the runtime of this machine, or --server (or HOLDFAST_SERVER) for a control plane, got both",
    );
  }
  if (directory !== "") return directory;
  if ((await findServer(options, io)) !== undefined) return undefined;
  throw new ConnectionError(
    "SERVER_UNKNOWN",
    "expected a control plane, or the runtime of this machine; log in (holdfast login --server https://holdfast.example.com) or name one with --server or HOLDFAST_SERVER; for the runtime of this machine give --data .holdfast",
  );
}
