import { dirname, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import {
  DEFAULT_HOST,
  DEFAULT_PORT,
  openLocalPublisher,
  readRuntimeConfig,
  startNodeHost,
} from "@holdfast/runtime/node";
import { pino } from "pino";
import { parse as parseYaml } from "yaml";
import type { Command, Io } from "../command.ts";
import { DATA_OPTION, withDataDirectory } from "../data-option.ts";
import { readText } from "../files.ts";
import { print } from "../output.ts";
import { TEXT_OUTPUT } from "../output-format.ts";
import { untilAborted } from "../until-aborted.ts";

/** `holdfast serve` */
export const serve: Command = {
  summary: "Answer the App Store's real-time requests",
  description:
    "Listens for POST /apple/retention/{app}/{environment} and answers from what is published in the data directory. " +
    "/healthz is public; /metrics and /readyz answer this machine, or a bearer token (HOLDFAST_OPS_TOKEN).",
  options: [
    {
      flags: "--config <file>",
      description: "which apps are answered for",
      default: "holdfast.yaml",
      env: "HOLDFAST_CONFIG",
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
      flags: "--log-level <level>",
      description: "of the JSON log on stdout",
      choices: ["debug", "info", "warn", "error", "silent"],
      default: "info",
      env: "HOLDFAST_LOG_LEVEL",
    },
  ],
  output: TEXT_OUTPUT,
  examples: [
    { line: "holdfast serve", does: "answer for the apps in holdfast.yaml" },
    {
      line: "HOLDFAST_PORT=8080 holdfast serve --config /etc/holdfast.yaml --data /var/lib/holdfast",
      does: "as a service",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const data = options.required("data");
    const dataDirectory = resolve(io.cwd, data);
    const publisher = await withDataDirectory(data, () =>
      openLocalPublisher(dataDirectory, io.env),
    );
    const configFile = options.required("config");
    const config = await readRuntimeConfig(await readConfig(io, configFile), {
      directory: dirname(resolve(io.cwd, configFile)),
      localPublisherKeyPem: publisher.publicKeyPem,
    });
    const opsToken = await readOpsToken(io);
    // With --output json the one document has standard output for itself.
    const write = options.json ? io.stderr : io.stdout;
    const logger = pino({ level: options.required("log-level") }, { write });
    const host = await startNodeHost({
      config,
      dataDirectory,
      host: options.required("host"),
      port: options.integer("port", { min: 0, max: 65_535 }) ?? DEFAULT_PORT,
      logger,
      env: io.env,
      ...(opsToken === undefined ? {} : { opsToken }),
    });
    const { warnings } = config;
    logger.info({ url: host.url, warnings }, "listening");
    if (options.json) print(input, io, { json: { url: host.url, warnings }, table: () => [] });
    await untilAborted(io.signal);
    logger.info("shutting down");
    await host.close();
    return 0;
  },
};

async function readConfig(io: Io, file: string): Promise<unknown> {
  const text = await readText(io, file);
  try {
    return parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("CONFIG_INVALID", `${file}: ${reason}`, { cause });
  }
}

async function readOpsToken(io: Io): Promise<string | undefined> {
  const file = io.env["HOLDFAST_OPS_TOKEN_FILE"];
  const token = file === undefined ? io.env["HOLDFAST_OPS_TOKEN"] : await readText(io, file);
  const trimmed = token?.trim();
  return trimmed === "" ? undefined : trimmed;
}
