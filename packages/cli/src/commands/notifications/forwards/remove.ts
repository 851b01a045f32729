import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { print } from "../../../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../../storekit/mutation.ts";

/** `holdfast notifications forwards remove` */
export const remove: Command = {
  summary: "Pass an app's notifications on to a URL no more",
  description: "What still waits for it is dropped.",
  arguments: [
    {
      name: "forward",
      description: "the id, from `notifications forwards list`",
      required: true,
    },
  ],
  options: [CONFIRM_OPTION, ...PLACE_OPTIONS],
  examples: [
    {
      line: "holdfast notifications forwards remove forward_4kWs --app yoga --environment production --confirm",
      does: "for good",
    },
  ],
  async run(input, io) {
    requireConfirm(input.options, "what waits for it is not passed on any more");
    const [forward = ""] = input.arguments;
    const { client, app, environment } = await openPlace(input, io);
    const params = { app, environment, forward };
    await client.call(routes.deleteNotificationForward, { params });
    print(input, io, {
      json: { ...params, removed: true },
      table: () => [
        `${environment} notifications of ${app} are not passed on to ${forward} any more`,
      ],
    });
    return 0;
  },
};
