import { routes } from "@holdfast/api";
import type { Command, Io } from "../command.ts";
import { ControlCallError } from "../control-plane/control-call-error.ts";
import { createControlClient } from "../control-plane/control-client.ts";
import { requireServer, SERVER_OPTION } from "../control-plane/find-server.ts";
import { readLogins } from "../control-plane/logins-file.ts";
import { forgetLogin } from "../control-plane/stored-logins.ts";
import { print } from "../output.ts";

/** `holdfast logout` */
export const logout: Command = {
  summary: "Revoke this machine's token of a control plane, and forget it",
  description:
    "A token that was given with login --token-file is forgotten and not revoked: others may use it. What HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE hold is not touched. Where the server cannot be asked, nothing is forgotten, so that the token can still be revoked from here; --local forgets it all the same.",
  options: [
    SERVER_OPTION,
    { flags: "--local", description: "forget it without asking the server" },
  ],
  examples: [
    { line: "holdfast logout", does: "log out of the default server" },
    {
      line: "holdfast logout --server https://holdfast.example.com --local",
      does: "forget the login of a server that is gone",
    },
  ],
  async run(input, io) {
    const server = await requireServer(input.options, io);
    const login = (await readLogins(io)).byServer.get(server);
    const isRevoked =
      login !== undefined &&
      login.isGiven !== true &&
      !input.options.flag("local") &&
      (await revoke({ server, token: login.token }, io));
    await forgetLogin(server, io);
    print(input, io, {
      json: { server, wasLoggedIn: login !== undefined, revoked: isRevoked },
      table: () => [sayEnd(server, { isKnown: login !== undefined, isRevoked })],
    });
    return 0;
  },
};

interface Login {
  readonly server: string;
  readonly token: string;
}

/** Tells whether the token was still good; what is not opens nothing any more. */
async function revoke({ server, token }: Login, io: Io): Promise<boolean> {
  const client = createControlClient({ server, token }, io);
  try {
    const { body } = await client.call(routes.readSession);
    await client.call(routes.revokeToken, { params: { token: body.id } });
    return true;
  } catch (error) {
    if (error instanceof ControlCallError && error.code === "UNAUTHENTICATED") return false;
    throw error;
  }
}

function sayEnd(
  server: string,
  { isKnown, isRevoked }: { readonly isKnown: boolean; readonly isRevoked: boolean },
): string {
  if (!isKnown) return `There was no login for ${server}`;
  return isRevoked
    ? `Logged out of ${server}; the token is revoked`
    : `Forgot the login of ${server}; the token was not revoked from here`;
}
