import { UpstreamError, UsageError } from "@holdfast/appstore/errors";
import type { Command, Io } from "../../command.ts";
import { columns, print } from "../../output.ts";
import { createStyle } from "../../style.ts";
import { EMULATOR_PORT_OPTION } from "../emulator.ts";

/** How long a local server may take. */
const TIMEOUT_MS = 5000;

/** `holdfast emulator credentials` */
export const credentials: Command = {
  summary: "Show the keys and ids of an app in a running local App Store",
  description:
    "What a client needs to act as the app's developer: key id, issuer id, the private key (only with --output json), base URLs, and a subscription to test with.",
  options: [
    { flags: "--app <id>", description: "the app's id in the local App Store", default: "yoga" },
    EMULATOR_PORT_OPTION,
  ],
  examples: [
    { line: "holdfast emulator credentials --app yoga", does: "of the example app" },
    {
      line: "holdfast emulator credentials --output json | jq -r .privateKey > key.p8",
      does: "save its In-App Purchase key",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const port = options.integer("port", { min: 1, max: 65_535 }) ?? 0;
    const found = await fetchCredentials(port, options.required("app"));
    const { privateKey: _secret, ...shown } = found;
    print(input, io, {
      json: found,
      table: () => tableOf(shown, io),
    });
    return 0;
  },
};

type Credentials = Readonly<Record<string, unknown>>;

function tableOf(shown: Credentials, io: Io): readonly string[] {
  const { dim } = createStyle(io);
  return [
    ...columns(Object.entries(shown).map(([name, value]) => [name, String(value)])),
    dim("the private key: --output json"),
  ];
}

async function fetchCredentials(port: number, app: string): Promise<Credentials> {
  const url = `http://127.0.0.1:${port}/emulator/apps/${encodeURIComponent(app)}/credentials`;
  const response = await ask(url, port);
  // The emulator answers this address with an object, right or wrong.
  const body = (await response.json()) as Credentials;
  if (response.ok) return body;
  const message = `the local App Store on port ${port} has no app ${app}`;
  throw response.status === 404
    ? new UsageError("APP_UNKNOWN", message)
    : new UpstreamError("EMULATOR_REFUSED", `the local App Store answered ${response.status}`);
}

async function ask(url: string, port: number): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    const message = `nothing answers on port ${port}; start it with: holdfast emulator --port ${port}`;
    throw new UpstreamError("EMULATOR_UNREACHABLE", message, { cause });
  }
}
