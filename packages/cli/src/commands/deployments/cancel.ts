import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast deployments cancel` */
export const cancel: Command = {
  summary: "End a deployment that is under way",
  description:
    "What it did stays: uploads, default messages, and what it published already. holdfast flow rollback takes a publication back.",
  arguments: [
    { name: "deployment", description: "its id, as deployments list shows it", required: true },
  ],
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast deployments cancel deployment_7hGw --app yoga --environment production",
      does: "publish nothing of it any more",
    },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    // The parser does not go on without it.
    const [deployment = ""] = input.arguments;
    await client.call(routes.cancelDeployment, { params: { app, environment, deployment } });
    print(input, io, {
      json: { server, app, environment, deployment, state: "cancelled" },
      table: () => [createStyle(io).green(`${deployment} is cancelled; what it did stays`)],
    });
    return 0;
  },
};
