import { join, resolve } from "node:path";
import { parseResolveRule, startEmulator } from "@holdfast/emulator";
import type { RunningEmulator, StartEmulatorOptions } from "@holdfast/emulator";
import type { Command, Io, Options } from "../command.ts";
import { EMULATOR_PORT_OPTION } from "../emulator-control/emulator-options.ts";
import { withEmulatorErrors } from "../emulator-errors.ts";
import { writeText } from "../files.ts";
import { columns, print } from "../output.ts";
import { createStyle } from "../style.ts";
import { untilAborted } from "../until-aborted.ts";

/** The longest time that can be waited for, in milliseconds: about 24 days, as timers have it. */
const MAX_MS = 2_147_483_647;

/** `holdfast emulator` */
export const emulator: Command = {
  summary: "Run the local App Store alone",
  description:
    "Answers the Retention Messaging API under /sandbox and /production, signs real-time requests with a CA of its own, posts them, judges the answers, runs performance tests and answers OCSP, on this machine only. " +
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
    {
      flags: "--rate-limits",
      description: "refuse what Apple's rate limits would refuse, with 429",
    },
    {
      flags: "--review-delay <ms>",
      description:
        "approve what was uploaded in production after this time (default: only by holdfast emulator approve)",
    },
    {
      flags: "--answer-timeout <ms>",
      description: "how long an answer to a real-time request may take",
      default: "700",
    },
    {
      flags: "--performance-test-duration <ms>",
      description: "over which time a performance test spreads its requests",
      default: "60000",
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
    const directory = options.required("data");
    const running = await withEmulatorErrors(() =>
      startEmulator({ directory: resolve(io.cwd, directory), ...startOptionsOf(options) }),
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

function startOptionsOf(options: Options): StartEmulatorOptions {
  const port = options.integer("port", { min: 0, max: 65_535 });
  const reviewDelayMs = options.integer("review-delay", { min: 0, max: MAX_MS });
  const answerTimeoutMs = options.integer("answer-timeout", { min: 1, max: MAX_MS });
  const totalDuration = options.integer("performance-test-duration", { min: 0, max: MAX_MS });
  return {
    resolve: options.list("resolve").map(parseResolveRule),
    ...(port === undefined ? {} : { port }),
    ...(options.flag("rate-limits") ? { rateLimits: {} } : {}),
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
