import type { ApiClient } from "@holdfast/api/client";
import type { CommandInput, Io, OptionSpec } from "../command.ts";
import { createControlClient } from "./control-client.ts";
import { requireServer, SERVER_OPTION } from "./find-server.ts";
import { findToken } from "./find-token.ts";
import type { FoundToken } from "./find-token.ts";

/** What every command takes that talks to a control plane. The token is never among them. */
export const CONTROL_OPTIONS: readonly OptionSpec[] = [SERVER_OPTION];

/** A control plane, and the caller whose token is shown to it. */
export interface ControlConnection {
  /** Its failures are `ControlCallError`s: code, message, advice, and what else the server said. */
  readonly client: ApiClient;
  /** Without a slash at its end. */
  readonly server: string;
  readonly tokenSource: FoundToken["source"];
}

/**
 * Returns the connection a command line and the environment mean. Nothing is sent yet.
 *
 * @throws ConnectionError `SERVER_UNKNOWN`, `LOGIN_MISSING`, `TOKEN_UNREADABLE`
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `SERVER_INVALID`, `OPTION_INVALID`
 */
export async function openControl(
  { options }: Pick<CommandInput, "options">,
  io: Io,
): Promise<ControlConnection> {
  const server = await requireServer(options, io);
  const { token, source } = await findToken(server, io);
  return { client: createControlClient({ server, token }, io), server, tokenSource: source };
}
