import { join, resolve } from "node:path";
import { parseResolveRule, startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import type { Command, Io, OptionSpec } from "../command.ts";
import { withEmulatorErrors } from "../emulator-errors.ts";
import { writeText } from "../files.ts";
import { columns, print } from "../output.ts";
import { createStyle } from "../style.ts";
import { untilAborted } from "../until-aborted.ts";

/** Where the local App Store listens unless told otherwise. */
export const DEFAULT_EMULATOR_PORT = "8788";

/** The local App Store's port. */
export const EMULATOR_PORT_OPTION: OptionSpec = {
  flags: "--port <number>",
  description: "the local App Store's port; 0 picks a free one",
  default: DEFAULT_EMULATOR_PORT,
  env: "HOLDFAST_EMULATOR_PORT",
};

/** `holdfast emulator` */
export const emulator: Command = {
  summary: "Run the local App Store alone",
  description:
    "Signs real-time requests with a CA of its own, posts them, judges the answers, runs performance tests and answers OCSP, on this machine only. " +
    "Trust its root certificate where you want its requests accepted. Runs until Ctrl-C.",
  options: [
    EMULATOR_PORT_OPTION,
    {
      flags: "--data <directory>",
      description: "keeps its certificates, keys and world",
      default: ".holdfast/emulator",
    },
    {
      flags: "--resolve <prefix=url>",
      description:
        "post what is meant for URLs that start so to this URL instead; may come more than once",
      repeatable: true,
    },
  ],
  examples: [
    { line: "holdfast emulator", does: "a local App Store on http://127.0.0.1:8788" },
    {
      line: "holdfast emulator --port 0 --resolve https://retention.example.com/apple/=http://127.0.0.1:8787/apple/",
      does: "ask the runtime on this machine in place of the public one",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const port = options.integer("port", { min: 0, max: 65_535 });
    const directory = options.required("data");
    const running = await withEmulatorErrors(() =>
      startEmulator({
        directory: resolve(io.cwd, directory),
        resolve: options.list("resolve").map(parseResolveRule),
        ...(port === undefined ? {} : { port }),
      }),
    );
    try {
      const rootCertificate = join(directory, "app-store-root.pem");
      await writeText(io, rootCertificate, running.rootCertificatePem);
      announce(running, rootCertificate, { input, io });
      await untilAborted(io.signal);
    } finally {
      await running.close();
    }
    return 0;
  },
};

function announce(
  running: RunningEmulator,
  rootCertificate: string,
  { input, io }: { readonly input: Parameters<Command["run"]>[0]; readonly io: Io },
): void {
  const apps = running.apps().map(({ id, bundleId, appAppleId }) => ({ id, bundleId, appAppleId }));
  const { url } = running;
  const { bold, dim } = createStyle(io);
  print(input, io, {
    json: { url, rootCertificate, apps },
    table: () => [
      `${bold("local App Store")} on ${url}`,
      ...columns([
        ["  root certificate", rootCertificate],
        ...apps.map(({ id, bundleId }) => ["  app", `${id} (${bundleId})`]),
        [
          "  keys and ids",
          `holdfast emulator credentials --app ${apps[0]?.id ?? ""} --port ${running.port}`,
        ],
      ]),
      dim("Ctrl-C ends it"),
    ],
  });
}
