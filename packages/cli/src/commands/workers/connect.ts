import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { awaitWritten } from "../../workers/await-written.ts";
import { isBehind, renderTarget } from "../../workers/render-target.ts";
import { NAMESPACE_OPTIONS, readNamespaceAccess } from "../../workers/open-namespace.ts";

/** `holdfast workers connect` */
export const connect: Command = {
  summary: "Have the control plane write for an app's Workers",
  description:
    "Gives the control plane the KV namespace that the app's Workers read, and a token of Cloudflare's API with Workers KV Storage: Edit and nothing else, from CLOUDFLARE_API_TOKEN (or _FILE). " +
    "The token is tried first, sealed, and given back by nothing. From then on what is live, stop lists and what is known of subscribers are written there as they change, and Workers see it within 90 s. " +
    "Again with another token or namespace, it replaces the one before. A namespace has one publisher: use holdfast workers publish for an app no more. " +
    "Exits 5 when what is live could not be written yet.",
  options: [APP_OPTION, ...NAMESPACE_OPTIONS, ...CONTROL_OPTIONS],
  examples: [
    {
      line: "CLOUDFLARE_API_TOKEN_FILE=secrets/kv-token holdfast workers connect --app yoga",
      does: "the account and the namespace that wrangler is configured with",
    },
    {
      line: "holdfast workers connect --app yoga --account 9a7806061c88ada191ed06f989cc3dac --namespace 0f2ac74b498b48028cb68387c421e279",
      does: "name them, with the token in CLOUDFLARE_API_TOKEN",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const access = await readNamespaceAccess(options, io);
    const { client, server } = await openControl(input, io);
    await client.call(routes.putWorkersTarget, { params: { app }, body: access });
    const target = await awaitWritten(client, app, io);
    print(input, io, {
      json: { server, app, ...target },
      table: () => [
        `${app} is connected to the namespace ${target.namespaceId} through ${server}`,
        ...renderTarget(target, io),
      ],
    });
    return isBehind(target) ? 5 : 0;
  },
};
