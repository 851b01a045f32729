import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { APP_ARGUMENT } from "../../control-plane/app-argument.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { renderApp } from "../../control-plane/render-app.ts";
import { print } from "../../output.ts";

/** `holdfast apps view` */
export const view: Command = {
  summary: "Show an app and how it is served",
  arguments: [APP_ARGUMENT],
  options: CONTROL_OPTIONS,
  examples: [
    { line: "holdfast apps view yoga", does: "its ids and the settings of its environments" },
  ],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const [app = ""] = input.arguments;
    const { body } = await client.call(routes.readApp, { params: { app } });
    print(input, io, { json: body, table: () => renderApp(body) });
    return 0;
  },
};
