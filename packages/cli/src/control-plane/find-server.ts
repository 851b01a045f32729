import { PolicyError } from "@holdfast/appstore/errors";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readLogins } from "./logins-file.ts";
import { parseServerUrl } from "./server-url.ts";

/** Which control plane. */
export const SERVER_OPTION: OptionSpec = {
  flags: "--server <url>",
  description: "the control plane (default: the one that was logged in to last)",
  env: "HOLDFAST_SERVER",
};

/** Why there is nobody to ask, or nobody to ask as. */
type ConnectionErrorCode = "SERVER_UNKNOWN" | "LOGIN_MISSING" | "TOKEN_UNREADABLE";

/** There is no control plane to talk to, or nothing to prove who talks. */
export class ConnectionError extends PolicyError<ConnectionErrorCode> {}

/**
 * Returns the control plane a command line means: the one it names, the environment's, or the one that was
 * logged in to last.
 *
 * @throws ConnectionError `SERVER_UNKNOWN`
 * @throws UsageError `SERVER_INVALID`
 * @throws LoginsError `LOGINS_INVALID`
 */
export async function requireServer(
  options: Pick<Options, "text">,
  io: Pick<Io, "env" | "cwd" | "warn">,
): Promise<string> {
  const server = await findServer(options, io);
  if (server !== undefined) return server;
  throw new ConnectionError(
    "SERVER_UNKNOWN",
    "no control plane is known; log in to one: holdfast login --server https://holdfast.example.com, or name it with --server or HOLDFAST_SERVER",
  );
}

/**
 * {@link requireServer} for commands that have another way: undefined where none is known.
 *
 * @throws UsageError `SERVER_INVALID`
 * @throws LoginsError `LOGINS_INVALID`
 */
export async function findServer(
  options: Pick<Options, "text">,
  io: Pick<Io, "env" | "cwd" | "warn">,
): Promise<string | undefined> {
  const named = options.text("server") ?? "";
  if (named.trim() !== "") return parseServerUrl(named, "--server");
  const { defaultServer } = await readLogins(io);
  return defaultServer === undefined ? undefined : parseServerUrl(defaultServer, "stored login");
}
