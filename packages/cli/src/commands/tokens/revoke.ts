import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";

/** `holdfast tokens revoke` */
export const revoke: Command = {
  summary: "End a token at once",
  description: "The next request with it is refused. Revoking it again changes nothing.",
  arguments: [
    {
      name: "token",
      description: "the token's id, from `tokens list`; not the secret",
      required: true,
    },
  ],
  options: CONTROL_OPTIONS,
  examples: [{ line: "holdfast tokens revoke token_2bXe", does: "what it opened stays shut" }],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const [token = ""] = input.arguments;
    await client.call(routes.revokeToken, { params: { token } });
    print(input, io, { json: { token, revoked: true }, table: () => [`Revoked ${token}`] });
    return 0;
  },
};
