import type { Command, Io } from "../../command.ts";
import { callEmulator, type EmulatorAnswer } from "../../emulator-control/call-emulator.ts";
import {
  EMULATED_APP_OPTION,
  EMULATOR_PORT_OPTION,
  runningPort,
} from "../../emulator-control/emulator-options.ts";
import { columns, print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast emulator credentials` */
export const credentials: Command = {
  summary: "Show the keys and ids of an app in a running local App Store",
  description:
    "What a client needs to act as the app's developer: key id, issuer id, the private key (only with --output json), base URLs, and a subscription to test with.",
  options: [EMULATED_APP_OPTION, EMULATOR_PORT_OPTION],
  examples: [
    { line: "holdfast emulator credentials --app yoga", does: "of the example app" },
    {
      line: "holdfast emulator credentials --output json | jq -r .privateKey > key.p8",
      does: "save its In-App Purchase key",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = encodeURIComponent(options.required("app"));
    const found = await callEmulator({
      port: runningPort(options),
      path: `/apps/${app}/credentials`,
    });
    print(input, io, { json: found, table: () => tableOf(found, io) });
    return 0;
  },
};

/** Private keys are for machines; the paths of their files are for people too. */
function tableOf(found: EmulatorAnswer, io: Io): readonly string[] {
  const { dim } = createStyle(io);
  const shown = Object.entries(found).filter(([name]) => !/privateKey$/i.test(name));
  return [
    ...columns(shown.map(([name, value]) => [name, String(value)])),
    dim("the private key: --output json"),
  ];
}
