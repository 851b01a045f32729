import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";

/** `holdfast people uninvite` */
export const uninvite: Command = {
  summary: "Take an invitation back",
  description:
    "Its link opens nothing any more. Who has joined already stays: people update --disable.",
  arguments: [
    { name: "invitation", description: "the invitation's id, from `people list`", required: true },
  ],
  options: CONTROL_OPTIONS,
  examples: [
    { line: "holdfast people uninvite invitation_4tF9", does: "the wrong address was invited" },
  ],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const [invitation = ""] = input.arguments;
    await client.call(routes.revokeInvitation, { params: { invitation } });
    print(input, io, {
      json: { invitation, revoked: true },
      table: () => [`Took ${invitation} back`],
    });
    return 0;
  },
};
