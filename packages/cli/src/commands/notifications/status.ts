import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { renderStatus } from "../../notifications/render-status.ts";
import { print } from "../../output.ts";

/** `holdfast notifications status` */
export const status: Command = {
  summary: "Show how an app's notifications come, and what was missed",
  description:
    "When the last one was posted, how far Apple's history was read, and how many were new on each day.",
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast notifications status --app yoga --environment production",
      does: "does Apple reach us?",
    },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const { body } = await client.call(routes.readNotificationStatus, { params });
    print(input, io, {
      json: { server, ...params, ...body },
      table: () => renderStatus(body),
    });
    return 0;
  },
};
