import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { printList, readAll } from "../../../control-plane/print-list.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { LIST_OUTPUT } from "../../../output-format.ts";
import { sayDuration } from "../../../storekit/duration.ts";

/** `holdfast subscribers imports list` */
export const list: Command = {
  summary: "List imports of subscribers, and how far they are",
  description: "The newest first.",
  options: PLACE_OPTIONS,
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast subscribers imports list --app yoga --environment production",
      does: "what is under way, and what was",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    printList(input, io, {
      items: await readAll(client.items(routes.listSubscriberImports, { params })),
      head: ["Import", "Name", "State", "Fetched", "Not found", "Failed", "Waiting", "Left"],
      rowOf: (one) => [
        one.id,
        one.name ?? "",
        one.state,
        String(one.fetched),
        String(one.notFound),
        String(one.failed),
        String(one.waiting),
        one.etaSeconds === undefined ? "" : sayDuration(one.etaSeconds * 1000),
      ],
      empty: `nothing was imported: holdfast subscribers import <file> --app ${app} --environment ${environment}`,
    });
    return 0;
  },
};
