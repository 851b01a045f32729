import { UsageError } from "@holdfast/appstore/errors";
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
    "What a client needs to act as the app's developer: key id, issuer id, the file of its private key, base URLs, and a subscription to test with. " +
    "What begins with connect is the same for the App Store Connect API: a key of its own, and the URL in the place of https://api.appstoreconnect.apple.com. " +
    "With --output shell, lines that let the commands of this shell, `holdfast serve` among them, talk to the local App Store. No key is shown.",
  options: [EMULATED_APP_OPTION, EMULATOR_PORT_OPTION],
  output: { formats: ["table", "json", "shell"], default: "table" },
  examples: [
    { line: "holdfast emulator credentials --app yoga", does: "of the example app" },
    {
      line: 'eval "$(holdfast emulator credentials --output shell)"',
      does: "point this shell's holdfast at the local App Store",
    },
    {
      line: "holdfast emulator credentials --output json | jq -r .privateKeyPath",
      does: "where its In-App Purchase key is",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = encodeURIComponent(options.required("app"));
    const found = await callEmulator({
      port: runningPort(options),
      path: `/apps/${app}/credentials`,
    });
    print(input, io, {
      json: found,
      table: () => tableOf(found, io),
      shell: () => shellLinesOf(found),
    });
    return 0;
  },
};

/** Which variable stands for which of the credentials. */
const VARIABLES = {
  HOLDFAST_STOREKIT_KEY_ID: "keyId",
  HOLDFAST_STOREKIT_ISSUER_ID: "issuerId",
  HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "privateKeyPath",
  HOLDFAST_STOREKIT_BUNDLE_ID: "bundleId",
  HOLDFAST_STOREKIT_SANDBOX_URL: "sandboxBaseUrl",
  HOLDFAST_STOREKIT_PRODUCTION_URL: "productionBaseUrl",
  HOLDFAST_CONNECT_KEY_ID: "connectKeyId",
  HOLDFAST_CONNECT_ISSUER_ID: "connectIssuerId",
  HOLDFAST_CONNECT_PRIVATE_KEY_PATH: "connectPrivateKeyPath",
  HOLDFAST_CONNECT_URL: "connectBaseUrl",
} as const;

/** @throws UsageError `KEY_FILE_MISSING` from a local App Store that keeps no files */
function shellLinesOf(found: EmulatorAnswer): readonly string[] {
  if (typeof found["privateKeyPath"] !== "string") {
    const message =
      "expected a local App Store that keeps its keys in files, as holdfast emulator does";
    throw new UsageError("KEY_FILE_MISSING", message);
  }
  return Object.entries(VARIABLES).map(
    ([variable, field]) => `export ${variable}=${quoted(String(found[field]))}`,
  );
}

/** As a POSIX shell takes any text for one word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function tableOf(found: EmulatorAnswer, io: Io): readonly string[] {
  const { dim } = createStyle(io);
  return [
    ...columns(Object.entries(found).map(([name, value]) => [name, String(value)])),
    dim("for this shell's holdfast: --output shell"),
  ];
}
