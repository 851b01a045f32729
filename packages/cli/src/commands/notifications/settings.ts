import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";

const MODES = ["push", "poll"] as const;

const SAID = {
  push: "are posted here, and what was missed is read from Apple's history every six hours",
  poll: "are read from Apple's history every minute",
} as const;

/** `holdfast notifications settings` */
export const settings: Command = {
  summary: "Show or say how an app's notifications come",
  description:
    "Without --mode it shows how they come. With `push`, Apple or whoever Apple posts to posts them here; with `poll` they are read from Apple's history, which has all that Apple tried to post to whatever URL it was given. What is posted here is taken either way.",
  options: [
    { flags: "--mode <mode>", description: "how they are to come", choices: MODES },
    ...PLACE_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast notifications settings --app yoga --environment production --mode poll",
      does: "leave the URL at Apple to somebody else",
    },
  ],
  async run(input, io) {
    const mode = input.options.choice("mode", MODES);
    const { server, client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const { body } =
      mode === undefined
        ? await client.call(routes.readNotificationSettings, { params })
        : await client.call(routes.configureNotifications, { params, body: { mode } });
    print(input, io, {
      json: { server, ...params, ...body },
      table: () => [`${environment} notifications of ${app} ${SAID[body.mode]}`],
    });
    return 0;
  },
};
