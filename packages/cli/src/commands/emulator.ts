import { join, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { parseResolveRule, startEmulator } from "@holdfast/emulator";
import type { AppDefinition, RunningEmulator, StartEmulatorOptions } from "@holdfast/emulator";
import type { Command, Io, Options } from "../command.ts";
import { requireConfined } from "../confined-directory.ts";
import { withDataDirectory } from "../data-option.ts";
import { appOfFlow } from "../dev/app-of-flow.ts";
import { EMULATOR_PORT_OPTION } from "../emulator-control/emulator-options.ts";
import { readWorldFile } from "../emulator-control/read-world-file.ts";
import { TUNING_OPTIONS, tuningOf } from "../emulator-control/tuning-options.ts";
import { withEmulatorErrors } from "../emulator-errors.ts";
import { writeText } from "../files.ts";
import { loadUsableFlow } from "../load-flow.ts";
import { columns, print } from "../output.ts";
import { createStyle } from "../style.ts";
import { untilAborted } from "../until-aborted.ts";

/** The longest time that can be waited for, in milliseconds: about 24 days, as timers have it. */
const MAX_MS = 2_147_483_647;

const DEFAULT_DATA = ".holdfast/emulator";

/** `holdfast emulator` */
export const emulator: Command = {
  summary: "Run the local App Store alone",
  description:
    "Answers the Retention Messaging API under /sandbox and /production, signs real-time requests with a CA of its own, posts them, judges the answers, runs performance tests and answers OCSP, on this machine only. " +
    "Trust its root certificate where you want its requests accepted. Runs until Ctrl-C.",
  options: [
    { ...EMULATOR_PORT_OPTION, description: "where to listen; 0 picks a free one" },
    {
      flags: "--flow <file>",
      description:
        "have the app of this flow, made of the catalog beside it (default: the example apps yoga and seed)",
    },
    {
      flags: "--world <file>",
      description: "have the apps this file defines, in YAML or JSON (packages/emulator/README.md)",
    },
    {
      flags: "--data <directory>",
      description:
        "keeps its certificates, keys and world; with --flow in apps/<app> below it, for each app on its own",
      default: DEFAULT_DATA,
    },
    {
      flags: "--resolve <prefix=url>",
      description:
        "post what is meant for URLs that start so to this URL instead; may come more than once",
      repeatable: true,
    },
    ...TUNING_OPTIONS,
    {
      flags: "--review-delay <ms>",
      description:
        "approve what was uploaded in production after this time (default: only by holdfast emulator approve)",
    },
    {
      flags: "--answer-timeout <ms>",
      description: "how long an answer to a real-time request may take",
      default: "700",
      env: "HOLDFAST_EMULATOR_ANSWER_TIMEOUT",
    },
    {
      flags: "--performance-test-duration <ms>",
      description: "over which time a performance test spreads its requests",
      default: "60000",
    },
  ],
  examples: [
    { line: "holdfast emulator", does: "a local App Store on http://127.0.0.1:8788" },
    { line: "holdfast emulator --flow flow.yaml", does: "one that sells what your catalog names" },
    {
      line: "holdfast emulator --world world.yaml --rate-limit-scale 0.01",
      does: "a world of your own, soon out of requests",
    },
    {
      line: "holdfast emulator --port 0 --resolve https://retention.example.com/apple/=http://127.0.0.1:8787/apple/",
      does: "ask the runtime on this machine in place of the public one",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = await appOf(options, io);
    const apps = app === undefined ? await appsOfWorld(options, io) : [app];
    const data = options.required("data");
    if (data === DEFAULT_DATA) requireConfined(io, data);
    const directory = app === undefined ? data : join(data, "apps", app.id);
    const running = await withDataDirectory(data, () =>
      withEmulatorErrors(() =>
        startEmulator({
          directory: resolve(io.cwd, directory),
          ...(apps === undefined ? {} : { apps }),
          ...startOptionsOf(options),
        }),
      ),
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

/** @throws FlowRefused `FLOW_INVALID`; UsageError `OPTION_INVALID`, `CATALOG_MISSING` and those of `loadFlow` */
async function appOf(options: Options, io: Io): Promise<AppDefinition | undefined> {
  const file = options.text("flow");
  if (file !== undefined && options.text("world") !== undefined) {
    throw new UsageError("OPTION_INVALID", "expected either --flow or --world, got both");
  }
  return file === undefined ? undefined : appOfFlow(await loadUsableFlow(io, { file }));
}

/** @throws UsageError those of `readWorldFile` */
async function appsOfWorld(
  options: Options,
  io: Io,
): Promise<readonly AppDefinition[] | undefined> {
  const file = options.text("world");
  return file === undefined ? undefined : readWorldFile(io, file);
}

function startOptionsOf(options: Options): StartEmulatorOptions {
  const port = options.integer("port", { min: 0, max: 65_535 });
  const reviewDelayMs = options.integer("review-delay", { min: 0, max: MAX_MS });
  const answerTimeoutMs = options.integer("answer-timeout", { min: 1, max: MAX_MS });
  const totalDuration = options.integer("performance-test-duration", { min: 0, max: MAX_MS });
  return {
    resolve: options.list("resolve").map(parseResolveRule),
    ...(port === undefined ? {} : { port }),
    ...tuningOf(options),
    ...(reviewDelayMs === undefined ? {} : { reviewDelayMs }),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    ...(totalDuration === undefined ? {} : { performanceTest: { totalDuration } }),
  };
}

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
