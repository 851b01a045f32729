import { routes } from "@holdfast/api";
import { CONNECT_KEYS } from "../../app-keys/key-kind.ts";
import { printKey } from "../../app-keys/key-commands.ts";
import { KEY_FILE_OPTIONS, readNewKey } from "../../app-keys/read-new-key.ts";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";

/** `holdfast connect-keys add` */
export const add: Command = {
  summary: "Give an app an App Store Connect key, which reads the catalog",
  description:
    "From App Store Connect: Users and Access, Integrations, App Store Connect API. It reads products, prices and offers and signs nothing; offers are signed with the other kind: holdfast keys add. A team's key has an issuer id, an individual key none. The first is active at once, a later one stands by.",
  options: [
    ...KEY_FILE_OPTIONS,
    {
      flags: "--issuer-id <id>",
      description: "the team's issuer id, shown above the keys; an individual key has none",
    },
    APP_OPTION,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast connect-keys add --app yoga --private-key AuthKey_7N3T5PQM21.p8 --issuer-id 57246542-96fe-1a63-e053-0824d011072a",
      does: "a team's key",
    },
    {
      line: "holdfast connect-keys add --app yoga --private-key AuthKey_7N3T5PQM21.p8",
      does: "an individual key",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const issuerId = options.text("issuer-id")?.trim();
    const key = await readNewKey(options, { kind: CONNECT_KEYS, issuerId }, io);
    const { client } = await openControl(input, io);
    const owner =
      issuerId === undefined
        ? ({ kind: "individual" } as const)
        : ({ kind: "team", issuerId } as const);
    const { body } = await client.call(routes.addConnectKey, {
      params: { app },
      body: { ...key, ...owner },
    });
    printKey(input, io, { kind: CONNECT_KEYS, key: body });
    return 0;
  },
};
