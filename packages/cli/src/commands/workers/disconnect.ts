import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../storekit/mutation.ts";

/** `holdfast workers disconnect` */
export const disconnect: Command = {
  summary: "Have the control plane write no more for an app's Workers",
  description:
    "Forgets the namespace and its token. What was written stays in the namespace: Workers go on answering by what was live, and hear of no stop any more. Delete the Worker, or give Apple another URL, to end that; revoke the token at Cloudflare, too.",
  options: [APP_OPTION, CONFIRM_OPTION, ...CONTROL_OPTIONS],
  examples: [
    {
      line: "holdfast workers disconnect --app yoga --confirm",
      does: "Apple asks another host by now",
    },
  ],
  async run(input, io) {
    const app = requireApp(input.options);
    requireConfirm(input.options, "Workers go on answering and hear of no stop any more");
    const { client, server } = await openControl(input, io);
    await client.call(routes.deleteWorkersTarget, { params: { app } });
    print(input, io, {
      json: { server, app, isConnected: false },
      table: () => [
        `${app} is disconnected: what was written stays, and Workers go on answering by it`,
      ],
    });
    return 0;
  },
};
