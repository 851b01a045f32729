import { dirname, resolve } from "node:path";
import { readInlineConfig, readRuntimeConfig } from "@holdfast/runtime/node";
import type { InlineRuntimeConfig, RuntimeConfig } from "@holdfast/runtime/node";
import type { Io, Options, OptionSpec } from "../command.ts";
import { readSecretVariable } from "../server/secret-variable.ts";
import { readYaml } from "../read-yaml.ts";
import { PUBLISHER_KEY, readPublisherKeys, SECRETS_OPTION } from "./publisher-secrets.ts";

const DEFAULT_CONFIG = "holdfast.yaml";

/** The configuration, which a Node runtime reads, too, and who publishes apps that name nobody. */
export const CONFIG_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--config <file>",
    description: "which apps are answered for, as for a runtime on Node",
    default: DEFAULT_CONFIG,
    env: "HOLDFAST_CONFIG",
  },
  {
    ...SECRETS_OPTION,
    description: "a directory whose publisher is the one of apps that name none; made at first use",
  },
];

/** The configuration where a command does without it. */
export const CONFIG_IF_THERE_OPTION: OptionSpec = {
  flags: "--config <file>",
  description: "which apps Workers answer for; looked at where it is there",
  default: DEFAULT_CONFIG,
  env: "HOLDFAST_CONFIG",
};

/** A Worker's configuration, and what is to be said of it. */
export interface ReadWorkerConfig {
  readonly config: InlineRuntimeConfig;
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration that {@link CONFIG_OPTIONS} names, with the files it names. Apps that name no
 * publisher have the one whose key is here, by variable or by `--data`, where it is made at first use.
 *
 * @throws UsageError `FILE_UNREADABLE`, `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`, `PUBLISHER_KEY_INVALID`
 */
export async function readWorkerConfig(options: Options, io: Io): Promise<ReadWorkerConfig> {
  const { document, means } = await readDocument(options, io);
  return readInlineConfig(document, means);
}

/**
 * Reads which apps {@link readWorkerConfig} means, in which environments, and who may publish them.
 *
 * @throws UsageError as {@link readWorkerConfig}
 */
export async function readWorkerApps(options: Options, io: Io): Promise<RuntimeConfig["apps"]> {
  const { document, means } = await readDocument(options, io);
  const { apps } = await readRuntimeConfig(document, means);
  return apps;
}

async function readDocument(options: Options, io: Io) {
  const file = options.required("config");
  return {
    document: await readYaml(io, file),
    means: {
      directory: dirname(resolve(io.cwd, file)),
      localPublisherKeyPem: await findPublisherKey(options, io),
    },
  };
}

/** Undefined where neither a variable nor `--data` says who publishes here. */
async function findPublisherKey(options: Options, io: Io): Promise<string | undefined> {
  const isHere =
    options.text("data") !== undefined ||
    (await readSecretVariable(io, PUBLISHER_KEY)) !== undefined;
  if (!isHere) return undefined;
  const { publicKeyPem } = await readPublisherKeys(options, io);
  return publicKeyPem;
}
