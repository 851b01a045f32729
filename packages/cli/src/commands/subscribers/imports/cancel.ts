import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { print } from "../../../output.ts";

/** `holdfast subscribers imports cancel` */
export const cancel: Command = {
  summary: "End an import that is under way",
  description:
    "What was fetched stays known; ids that Apple was not asked about are deleted. The same file can be imported anew.",
  arguments: [
    {
      name: "import",
      description: "the import's id, from `subscribers imports list`",
      required: true,
    },
  ],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast subscribers imports cancel import_4kPq --app yoga --environment production",
      does: "ask Apple no more for its sake",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    // The parser does not go on without it.
    const id = input.arguments[0] ?? "";
    await client.call(routes.cancelSubscriberImport, { params: { app, environment, import: id } });
    print(input, io, { json: { id, state: "cancelled" }, table: () => [`${id} is cancelled`] });
    return 0;
  },
};
