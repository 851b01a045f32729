import { routes } from "@holdfast/api";
import { renderSync } from "../../catalog/render-sync.ts";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";

/** `holdfast catalog status` */
export const status: Command = {
  summary: "Show how the reading of App Store Connect stands",
  options: [APP_OPTION, ...CONTROL_OPTIONS],
  examples: [
    {
      line: "holdfast catalog status --app yoga",
      does: "how the last sync went, and when the next is",
    },
  ],
  async run(input, io) {
    const app = requireApp(input.options);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.readCatalogSync, { params: { app } });
    print(input, io, { json: body, table: () => renderSync(body) });
    return 0;
  },
};
