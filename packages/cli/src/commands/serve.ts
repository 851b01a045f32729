import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { DEFAULT_HOST, DEFAULT_PORT } from "@holdfast/runtime/node";
import type { NodeHostOptions } from "@holdfast/runtime/node";
import { pino } from "pino";
import type { Command, CommandInput, Io, Options } from "../command.ts";
import { DATA_OPTION, withDataDirectory } from "../data-option.ts";
import { print } from "../output.ts";
import { TEXT_OUTPUT } from "../output-format.ts";
import { readSecretVariable } from "../server/secret-variable.ts";
import { readControlSettings, readListen, readRuntimeBounds } from "../server/serve-settings.ts";
import { startRuntime } from "../server/start-runtime.ts";
import { startServer } from "../server/start-server.ts";
import { startTelemetry } from "../telemetry/start-telemetry.ts";
import { untilAborted } from "../until-aborted.ts";
import { VERSION } from "../version.ts";

/** What a process can be, for more than one machine. */
const ROLES = ["all", "runtime", "control"] as const;

type Role = (typeof ROLES)[number];

/** `holdfast serve` */
export const serve: Command = {
  summary: "Answer the App Store, and run the control plane",
  description:
    "One process and one port: POST /apple/retention/{app}/{environment} is answered from memory; the control plane and its API " +
    "(/reference) run in a thread beside it, and the first start prints a link to make the first admin by. " +
    "It keeps everything in SQLite in the data directory, or in PostgreSQL: HOLDFAST_DATABASE_URL (or _FILE). " +
    "With --role runtime it only answers, for the apps of a configuration file, from what the data directory or --control-url publishes; " +
    "with --role control it only administers. " +
    "/healthz and /livez are public; /metrics and /readyz answer this machine, or a bearer token (HOLDFAST_OPS_TOKEN or _FILE).",
  options: [
    {
      flags: "--role <role>",
      description: "what this process does",
      choices: ROLES,
      default: "all",
      env: "HOLDFAST_ROLE",
    },
    DATA_OPTION,
    {
      flags: "--host <address>",
      description: "where to listen",
      default: DEFAULT_HOST,
      env: "HOLDFAST_HOST",
    },
    {
      flags: "--port <number>",
      description: "0 picks a free one",
      default: String(DEFAULT_PORT),
      env: "HOLDFAST_PORT",
    },
    {
      flags: "--public-url <url>",
      description: "where browsers reach the control plane; default: where it listens",
      env: "HOLDFAST_PUBLIC_URL",
    },
    {
      flags: "--admin-listen <address:port>",
      description: "a listener of its own for the API, /metrics and /readyz",
      env: "HOLDFAST_ADMIN_LISTEN",
    },
    {
      flags: "--trusted-proxies <addresses>",
      description: "whose X-Forwarded-For is believed, like loopback,10.0.0.0/8",
      env: "HOLDFAST_TRUSTED_PROXIES",
    },
    {
      flags: "--config <file>",
      description: "with --role runtime: which apps are answered for",
      default: "holdfast.yaml",
      env: "HOLDFAST_CONFIG",
    },
    {
      flags: "--control-url <url>",
      description: "with --role runtime: the control plane to follow (HOLDFAST_RUNTIME_TOKEN)",
      env: "HOLDFAST_CONTROL_URL",
    },
    {
      flags: "--lookup-ms <number>",
      description: "how long an answer waits for what is known of its subscriber, 5 to 300 ms",
      default: "50",
      env: "HOLDFAST_LOOKUP_MS",
    },
    {
      flags: "--decision-disk <megabytes>",
      description:
        "how much room decisions may take until the control plane has them; beyond, the oldest are lost",
      default: "4096",
      env: "HOLDFAST_DECISION_DISK",
    },
    {
      flags: "--shutdown-delay <seconds>",
      description:
        "how long it goes on answering after SIGTERM, with /healthz and /readyz off already, so that load balancers notice; default: not at all",
      env: "HOLDFAST_SHUTDOWN_DELAY",
    },
    {
      flags: "--shutdown-flush <seconds>",
      description:
        "how long decisions are shipped at the end though it fails; default: three seconds, up to the first failure",
      env: "HOLDFAST_SHUTDOWN_FLUSH",
    },
    {
      flags: "--capture-sandbox <directory>",
      description:
        "keep requests of the sandbox as fixtures, the last 1,000; they hold transaction ids",
      env: "HOLDFAST_CAPTURE_SANDBOX",
    },
    {
      flags: "--log-level <level>",
      description: "of the JSON log on stdout",
      choices: ["debug", "info", "warn", "error", "silent"],
      default: "info",
      env: "HOLDFAST_LOG_LEVEL",
    },
  ],
  output: TEXT_OUTPUT,
  examples: [
    { line: "holdfast serve", does: "everything on this machine" },
    {
      line: "HOLDFAST_DATABASE_URL_FILE=/run/secrets/database HOLDFAST_PUBLIC_URL=https://holdfast.example.com holdfast serve --host 0.0.0.0",
      does: "as a service on PostgreSQL",
    },
    {
      line: "HOLDFAST_RUNTIME_TOKEN_FILE=/run/secrets/token holdfast serve --role runtime --control-url https://holdfast.example.com",
      does: "one more machine that answers",
    },
  ],
  async run(input, io) {
    // With --output json the one document has standard output for itself.
    const write = input.options.json ? io.stderr : io.stdout;
    const logger = pino({ level: input.options.required("log-level") }, { write });
    const role = input.options.choice("role", ROLES) ?? "all";
    const telemetry = await startTelemetry({
      env: io.env,
      release: VERSION,
      onProblem: (error) => logger.warn({ error: error.name }, "traces were not sent"),
    });
    const observed = {
      ...(telemetry === undefined ? {} : { onAnswer: telemetry.onAnswer }),
      ...readCapture(input.options, io),
    };
    const server = await (role === "runtime"
      ? startAlone(input, io, { logger, ...observed })
      : startWhole(input, io, { role, logger, write, ...observed }));
    const { url, adminUrl, warnings, close } = server;
    logger.info({ url, adminUrl, warnings }, "listening");
    if (input.options.json) {
      print(input, io, { json: { url, adminUrl, warnings }, table: () => [] });
    }
    await untilAborted(io.signal);
    logger.info("shutting down");
    await close();
    await telemetry?.close();
    return 0;
  },
};

interface Started {
  readonly url: string;
  readonly adminUrl: string;
  readonly warnings: readonly string[];
  readonly close: () => Promise<void>;
}

type Observed = Pick<NodeHostOptions, "logger" | "onAnswer" | "captureSandbox">;

async function startAlone({ options }: CommandInput, io: Io, observed: Observed): Promise<Started> {
  const { host, warnings } = await startRuntime(options, {
    io,
    ...observed,
    ...readListen(options),
    ...readRuntimeBounds(options),
    ...(await readOpsToken(io)),
    dataDirectory: resolve(io.cwd, options.required("data")),
  });
  const { url, adminUrl } = host;
  return { url, adminUrl, warnings, close: () => host.close() };
}

/** Tells that what is kept is not for everybody. */
function readCapture(options: Options, io: Io): { captureSandbox?: string } {
  const directory = options.text("capture-sandbox");
  if (directory === undefined) return {};
  if (options.text("role") === "control") {
    throw new UsageError(
      "OPTION_INVALID",
      "--capture-sandbox: with --role control nobody is answered, so there is nothing to capture",
    );
  }
  io.warn(
    `requests of the sandbox are kept in ${directory}, with their transaction ids: for tests, and for nobody else`,
  );
  return { captureSandbox: resolve(io.cwd, directory) };
}

interface WholeParts extends Observed {
  readonly role: Exclude<Role, "runtime">;
  readonly write: (text: string) => void;
}

async function startWhole(
  { options }: CommandInput,
  io: Io,
  { role, write, ...observed }: WholeParts,
): Promise<Started> {
  const data = options.required("data");
  await warnOfUnreadConfig(options.required("config"), io);
  const settings = await readControlSettings(options, io);
  const token = await readOpsToken(io);
  return withDataDirectory(data, () =>
    startServer({
      ...settings,
      ...readListen(options),
      ...readRuntimeBounds(options),
      ...token,
      ...observed,
      answers: role === "all",
      dataDirectory: resolve(io.cwd, data),
      onLog: write,
      // Not into the log: whoever opens it becomes the admin.
      onSetupLink: (link) => {
        io.stderr(`\nMake the first admin, within the hour:\n  holdfast setup '${link}'\n\n`);
      },
    }),
  );
}

/** Whoever keeps one there may think that it says which apps are answered for. */
async function warnOfUnreadConfig(file: string, io: Io): Promise<void> {
  const isThere = await access(resolve(io.cwd, file)).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  io.warn(
    `${file} is not read: the control plane knows the apps, see holdfast apps list; the file is for --role runtime`,
  );
}

async function readOpsToken(io: Io): Promise<{ readonly opsToken?: string }> {
  const opsToken = await readSecretVariable(io, "HOLDFAST_OPS_TOKEN");
  return opsToken === undefined ? {} : { opsToken };
}
