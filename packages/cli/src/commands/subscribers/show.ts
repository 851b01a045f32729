import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { renderSubscriber } from "../../subscribers/render-subscriber.ts";
import { ID_FILE_ARGUMENT, readSubscriberName } from "../../subscribers/subscriber-name.ts";

/** `holdfast subscribers show` */
export const show: Command = {
  summary: "Show what is known of a subscriber, as rules see it now",
  description:
    "Each attribute with its value, or that it is absent or unknown, what says so and since when; what was answered before; and what the team said. The id comes from a file or from standard input, so that no shell's history has it. Answers hold the pseudonym alone.",
  arguments: [ID_FILE_ARGUMENT],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast subscribers show id.txt --app yoga --environment production",
      does: "of the id in a file",
    },
    {
      line: "pbpaste | holdfast subscribers show - --app yoga --environment sandbox",
      does: "of the one in the clipboard",
    },
  ],
  async run(input, io) {
    const body = await readSubscriberName(io, input.arguments[0] ?? "");
    const { client, app, environment } = await openPlace(input, io);
    const found = await client.call(routes.findSubscriber, {
      params: { app, environment },
      body,
    });
    const { subscriptions } = found.body;
    print(input, io, {
      json: found.body,
      table: () =>
        subscriptions.length === 0
          ? ["No subscription of this account is known"]
          : subscriptions.map((one) => renderSubscriber(one).join("\n")).flatMap(apart),
    });
    return 0;
  },
};

/** An empty line between several. */
function apart(text: string, index: number): readonly string[] {
  return index === 0 ? [text] : ["", text];
}
