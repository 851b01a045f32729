import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { printList } from "../../../control-plane/print-list.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { FORWARD_HEAD, forwardRow } from "../../../notifications/render-forward.ts";
import { LIST_OUTPUT } from "../../../output-format.ts";

/** `holdfast notifications forwards list` */
export const list: Command = {
  summary: "List where an app's notifications are passed on to",
  description: "For admins. With how many wait, arrived and were given up.",
  options: PLACE_OPTIONS,
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast notifications forwards list --app yoga --environment production",
      does: "do they arrive?",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const { body } = await client.call(routes.listNotificationForwards, { params });
    printList(input, io, {
      items: body.items,
      head: FORWARD_HEAD,
      rowOf: forwardRow,
      empty: `they are passed on to nobody: holdfast notifications forwards add <url> --app ${app} --environment ${environment}`,
    });
    return 0;
  },
};
