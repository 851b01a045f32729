import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { APP_ARGUMENT } from "../../control-plane/app-argument.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../storekit/mutation.ts";

/** `holdfast apps remove` */
export const remove: Command = {
  summary: "Remove an app with its keys, versions and history",
  description:
    "What Apple has stays there. Refused while something is live: pause the app and take its real-time URL away first.",
  arguments: [APP_ARGUMENT],
  options: [CONFIRM_OPTION, ...CONTROL_OPTIONS],
  examples: [{ line: "holdfast apps remove yoga --confirm", does: "remove it for good" }],
  async run(input, io) {
    requireConfirm(input.options, "its keys, versions and history cannot be brought back");
    const { client } = await openControl(input, io);
    const [id = ""] = input.arguments;
    const params = { app: id };
    const { etag } = await client.call(routes.readApp, { params });
    await client.call(routes.deleteApp, { params, ifMatch: etag });
    print(input, io, { json: { app: id, removed: true }, table: () => [`Removed ${id}`] });
    return 0;
  },
};
