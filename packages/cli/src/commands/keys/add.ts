import { routes } from "@holdfast/api";
import { IN_APP_PURCHASE_KEYS } from "../../app-keys/key-kind.ts";
import { printKey } from "../../app-keys/key-commands.ts";
import { KEY_FILE_OPTIONS, readNewKey } from "../../app-keys/read-new-key.ts";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";

/** `holdfast keys add` */
export const add: Command = {
  summary: "Give an app an In-App Purchase key, which signs offers",
  description:
    "From App Store Connect: Users and Access, Integrations, In-App Purchase. It also calls Apple's StoreKit APIs; the catalog is read with the other kind: holdfast connect-keys add. The control plane seals the key at once and gives it back to nobody. The first is active at once, a later one stands by.",
  options: [
    ...KEY_FILE_OPTIONS,
    {
      flags: "--issuer-id <id>",
      description: "the team's issuer id, shown above the keys; required",
      required: true,
    },
    APP_OPTION,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast keys add --app yoga --private-key SubscriptionKey_2X9R4HXF34.p8 --issuer-id 57246542-96fe-1a63-e053-0824d011072a",
      does: "the key's id is taken from the file's name",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const issuerId = options.required("issuer-id").trim();
    const key = await readNewKey(options, { kind: IN_APP_PURCHASE_KEYS, issuerId }, io);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.addInAppPurchaseKey, {
      params: { app },
      body: { ...key, issuerId },
    });
    printKey(input, io, { kind: IN_APP_PURCHASE_KEYS, key: body });
    return 0;
  },
};
