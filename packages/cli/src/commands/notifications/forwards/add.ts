import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { print } from "../../../output.ts";
import { printable } from "../../../style.ts";

/** `holdfast notifications forwards add` */
export const add: Command = {
  summary: "Pass an app's notifications on to a URL",
  description:
    "Each notification that comes from now on is posted there as it came, with Apple's signature, once it is stored here. What is not taken is tried again for three days.",
  arguments: [{ name: "url", description: "where they are posted, with https", required: true }],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast notifications forwards add https://api.example.com/app-store --app yoga --environment production",
      does: "the server that Apple posted to before goes on getting them",
    },
  ],
  async run(input, io) {
    const [url = ""] = input.arguments;
    const { client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const { body } = await client.call(routes.createNotificationForward, { params, body: { url } });
    print(input, io, {
      json: body,
      table: () => [
        `${environment} notifications of ${app} are passed on to ${printable(body.url)}: ${body.id}`,
      ],
    });
    return 0;
  },
};
