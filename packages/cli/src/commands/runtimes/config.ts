import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { UsageError } from "@holdfast/appstore/errors";
import { stringify as stringifyYaml } from "yaml";
import type { Command, OptionSpec } from "../../command.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { readAll } from "../../control-plane/print-list.ts";
import { print } from "../../output.ts";
import { TEXT_OUTPUT } from "../../output-format.ts";

const APPS_OPTION: OptionSpec = {
  flags: "--app <id>",
  description: "only for this app; may come more than once (default: every app you may see)",
  repeatable: true,
};

/** `holdfast runtimes config` */
export const config: Command = {
  summary: "Write the configuration of a runtime elsewhere",
  description:
    "Writes what `holdfast serve --role runtime` reads as holdfast.yaml: which apps it answers for, whom it believes in the App Store's place, and the public key of whoever publishes. " +
    "Somebody who may be trusted runs it once, and again when an app changes: a runtime never takes these from its connection to the control plane.",
  options: [APPS_OPTION, ...CONTROL_OPTIONS],
  output: TEXT_OUTPUT,
  examples: [
    { line: "holdfast runtimes config > holdfast.yaml", does: "for every app" },
    { line: "holdfast runtimes config --app yoga > holdfast.yaml", does: "for one" },
  ],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const wanted = input.options.list("app");
    const all = await readAll(client.items(routes.listApps));
    const unknown = wanted.find((id) => !all.some((app) => app.id === id));
    if (unknown !== undefined) {
      const message = `--app ${unknown}: expected an app you may see; holdfast apps list shows them`;
      throw new UsageError("APP_UNKNOWN", message);
    }
    const apps: Record<string, object> = {};
    for (const app of all) {
      if (wanted.length > 0 && !wanted.includes(app.id)) continue;
      apps[app.id] = await describe(client, app);
    }
    const document = { apps };
    print(input, io, {
      json: document,
      table: () => stringifyYaml(document).trimEnd().split("\n"),
    });
    return 0;
  },
};

type App = RouteBody<typeof routes.readApp>;

async function describe(
  client: ApiClient,
  { id, bundleId, appAppleId, environments: { sandbox, production } }: App,
): Promise<object> {
  const { body } = await client.call(routes.readPublisherKey, { params: { app: id } });
  return {
    bundleId,
    appAppleId,
    publisherKey: body.publicKeyPem,
    environments: {
      ...(sandbox && { sandbox: rootsOf(sandbox) }),
      ...(production && { production: rootsOf(production) }),
    },
  };
}

function rootsOf({ trustedRoots }: { readonly trustedRoots: readonly string[] }): object {
  return trustedRoots.length === 0 ? {} : { trustedRoots };
}
