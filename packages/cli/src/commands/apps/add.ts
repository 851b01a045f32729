import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Command, Io, Options } from "../../command.ts";
import { APP_ARGUMENT } from "../../control-plane/app-argument.ts";
import {
  changedSettings,
  ENVIRONMENT_SETTINGS_OPTIONS,
  ENVIRONMENTS,
} from "../../control-plane/environment-settings.ts";
import type { SentEnvironments } from "../../control-plane/environment-settings.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { renderApp } from "../../control-plane/render-app.ts";
import { print } from "../../output.ts";

/** `holdfast apps add` */
export const add: Command = {
  summary: "Add an app",
  description:
    "The id is ours: it stands in the URL Apple asks and stays for good, as do the bundle id and the App Store's id. Both environments are served unless --only names one.",
  arguments: [APP_ARGUMENT],
  options: [
    { flags: "--bundle-id <id>", description: "the app's bundle id; required", required: true },
    {
      flags: "--apple-id <number>",
      description: "the app's Apple ID, from App Store Connect, App Information; required",
      required: true,
    },
    { flags: "--name <name>", description: "what people call it (default: the id)" },
    {
      flags: "--only <environment>",
      description: "serve this environment alone",
      choices: ENVIRONMENTS,
    },
    ...ENVIRONMENT_SETTINGS_OPTIONS,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast apps add yoga --bundle-id com.example.yoga --apple-id 6745974592",
      does: "both environments, with the usual settings",
    },
    {
      line: "holdfast apps add yoga --bundle-id com.example.yoga --apple-id 6745974592 --production-url https://retention.example.com --production-approvals 1",
      does: "with a URL, and a second pair of eyes for production",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const [id = ""] = input.arguments;
    const bundleId = options.required("bundle-id").trim();
    const appAppleId = requireAppleId(options);
    const environments = await readEnvironments(options, io);
    const { client } = await openControl(input, io);
    const name = options.text("name") ?? id;
    const { body } = await client.call(routes.createApp, {
      body: { id, name, bundleId, appAppleId, environments },
    });
    print(input, io, {
      json: body,
      table: () => [
        ...renderApp(body),
        `Next: holdfast keys add --app ${id}, and holdfast connect-keys add --app ${id}`,
      ],
    });
    return 0;
  },
};

function requireAppleId(options: Options): number {
  const appleId = options.integer("apple-id", { min: 1, max: Number.MAX_SAFE_INTEGER });
  // Left out, it is missed together with everything else that is missing.
  return appleId ?? Number(options.required("apple-id"));
}

async function readEnvironments(options: Options, io: Io): Promise<SentEnvironments> {
  const only = options.choice("only", ["sandbox", "production"]);
  const settingsOf = async (environment: FlowEnvironment) => {
    const settings = await changedSettings(environment, undefined, { options, io });
    if (only === undefined || only === environment) return settings ?? {};
    if (settings === undefined) return undefined;
    const message = `--${environment}-…: has no meaning with --only ${only}`;
    throw new UsageError("OPTION_INVALID", message);
  };
  const [sandbox, production] = [await settingsOf("sandbox"), await settingsOf("production")];
  return { ...(sandbox && { sandbox }), ...(production && { production }) };
}
