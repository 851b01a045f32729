import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { ENVIRONMENTS } from "../../control-plane/environment-settings.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList, readAll } from "../../control-plane/print-list.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast apps list` */
export const list: Command = {
  summary: "List the apps of the control plane",
  options: CONTROL_OPTIONS,
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast apps list", does: "those you may see" }],
  async run(input, io) {
    const { client } = await openControl(input, io);
    printList(input, io, {
      items: await readAll(client.items(routes.listApps)),
      head: ["App", "Name", "Bundle id", "Environments"],
      rowOf: ({ id, name, bundleId, environments }) => [
        id,
        name,
        bundleId,
        ENVIRONMENTS.filter((each) => environments[each] !== undefined).join(", "),
      ],
      empty: "There is no app yet: holdfast apps add",
    });
    return 0;
  },
};
