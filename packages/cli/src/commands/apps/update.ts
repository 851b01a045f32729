import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io, Options } from "../../command.ts";
import { APP_ARGUMENT } from "../../control-plane/app-argument.ts";
import {
  changedSettings,
  ENVIRONMENT_SETTINGS_OPTIONS,
} from "../../control-plane/environment-settings.ts";
import type { AppBody, SentEnvironments } from "../../control-plane/environment-settings.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { renderApp } from "../../control-plane/render-app.ts";
import { print } from "../../output.ts";

/** `holdfast apps update` */
export const update: Command = {
  summary: "Change an app's name or how it is served",
  description:
    "What is not given stays. Roots that are given take the place of those before. A setting for an environment that is not served yet begins to serve it.",
  arguments: [APP_ARGUMENT],
  options: [
    { flags: "--name <name>", description: "what people call it" },
    ...ENVIRONMENT_SETTINGS_OPTIONS,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast apps update yoga --production-url https://retention.example.com",
      does: "tell where the runtime is reached",
    },
    {
      line: "holdfast apps update yoga --production-approvals 1",
      does: "ask for a second pair of eyes",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const [id = ""] = input.arguments;
    const { client } = await openControl(input, io);
    const params = { app: id };
    const { body: now, etag } = await client.call(routes.readApp, { params });
    const change = await readChange(now, options, io);
    const { body } = await client.call(routes.updateApp, { params, body: change, ifMatch: etag });
    print(input, io, { json: body, table: () => renderApp(body) });
    return 0;
  },
};

interface AppChange {
  readonly name?: string;
  readonly environments?: SentEnvironments;
}

/** @throws UsageError `OPTION_MISSING` where nothing is to change */
async function readChange(now: AppBody, options: Options, io: Io): Promise<AppChange> {
  const name = options.text("name");
  const means = { options, io };
  const sandbox = await changedSettings("sandbox", now.environments.sandbox, means);
  const production = await changedSettings("production", now.environments.production, means);
  const environments = { ...(sandbox && { sandbox }), ...(production && { production }) };
  const isServing = sandbox !== undefined || production !== undefined;
  if (name === undefined && !isServing) {
    throw new UsageError("OPTION_MISSING", "expected something to change, like --name; see --help");
  }
  return { ...(name === undefined ? {} : { name }), ...(isServing ? { environments } : {}) };
}
