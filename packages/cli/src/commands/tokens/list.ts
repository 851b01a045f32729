import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command, Io } from "../../command.ts";
import { sayScope } from "../../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList, readAll } from "../../control-plane/print-list.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast tokens list` */
export const list: Command = {
  summary: "List tokens: your own, and for an admin everybody's",
  description: "The newest first; never a secret. Revoked tokens are shown with --all.",
  options: [
    { flags: "--all", description: "those, too, that were revoked or have ended" },
    ...CONTROL_OPTIONS,
  ],
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast tokens list", does: "those that open something" }],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const tokens = await readAll(client.items(routes.listTokens));
    const isAll = input.options.flag("all");
    printList(input, io, {
      items: isAll ? tokens : tokens.filter((token) => stateOf(token, io) === "valid"),
      head: ["Token", "Name", "Role", "Apps", "State", "Ends", "Last used"],
      rowOf: (token) => [
        token.id,
        token.name,
        token.role,
        sayScope(token.apps),
        stateOf(token, io),
        token.expiresAt === undefined ? "never" : sayInstant(token.expiresAt),
        token.lastUsedAt === undefined ? "never" : sayInstant(token.lastUsedAt),
      ],
      empty: "There is no token: holdfast tokens create",
    });
    return 0;
  },
};

type Token = RouteBody<typeof routes.listTokens>["items"][number];

function stateOf({ revokedAt, expiresAt }: Token, { now }: Pick<Io, "now">): string {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && expiresAt <= now() ? "ended" : "valid";
}
