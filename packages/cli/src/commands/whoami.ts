import { routes } from "@holdfast/api";
import type { Command } from "../command.ts";
import { sayScope } from "../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
import { columns, print } from "../output.ts";
import { printable } from "../style.ts";

/** `holdfast whoami` */
export const whoami: Command = {
  summary: "Show who commands act as at the control plane, and what they may do",
  options: CONTROL_OPTIONS,
  examples: [
    { line: "holdfast whoami", does: "ask the default server" },
    { line: "holdfast whoami --output json", does: "in a script; exit code 1 without a login" },
  ],
  async run(input, io) {
    const { client, server, tokenSource } = await openControl(input, io);
    const { body } = await client.call(routes.readSession);
    print(input, io, {
      json: { server, tokenSource, ...body },
      table: () =>
        columns([
          ["server", server],
          [body.kind, printable(body.name)],
          ["role", body.role],
          ["apps", sayScope(body.apps)],
          ["ends", body.expiresAt === undefined ? "never" : new Date(body.expiresAt).toISOString()],
          ["token from", tokenSource === "login" ? "the stored login" : tokenSource],
        ]),
    });
    return 0;
  },
};
