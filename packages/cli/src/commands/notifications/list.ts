import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { NOTIFICATION_HEAD, notificationRow } from "../../notifications/render-notification.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast notifications list` */
export const list: Command = {
  summary: "List an app's notifications",
  description: "Of the last 90 days, the newest first, each once however often Apple repeated it.",
  options: [
    { flags: "--subscription <pseudonym>", description: "only those about this subscription" },
    LIMIT_OPTION,
    ...PLACE_OPTIONS,
  ],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast notifications list --app yoga --environment production",
      does: "the newest 20",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    const pseudonym = input.options.text("subscription");
    const query = pseudonym === undefined ? {} : { pseudonym };
    const items = client.items(routes.listNotifications, { params: { app, environment }, query });
    printList(input, io, {
      items: await takeLimited(items, input.options),
      head: NOTIFICATION_HEAD,
      rowOf: notificationRow,
      empty: `none came: holdfast notifications status --app ${app} --environment ${environment}`,
    });
    return 0;
  },
};
