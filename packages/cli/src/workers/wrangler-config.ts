import { dirname, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, Options, OptionSpec } from "../command.ts";
import { readText, readTextIfPresent } from "../files.ts";
import { parseJsonWithComments } from "./json-with-comments.ts";

const DEFAULT_FILE = "deploy/workers/wrangler.jsonc";

/** The namespace's name inside the Worker. */
const KV_BINDING = "HOLDFAST_KV";

/** How wrangler is configured. */
export const WRANGLER_CONFIG_OPTION: OptionSpec = {
  flags: "--wrangler-config <file>",
  description: "wrangler's configuration, JSON with comments",
  default: DEFAULT_FILE,
  env: "HOLDFAST_WRANGLER_CONFIG",
};

/** What is read of wrangler's configuration; what is not filled in is undefined. */
export interface WranglerConfig {
  /** As it was named. */
  readonly file: string;
  /** The Worker's. */
  readonly name: string | undefined;
  /** Where the Worker's code is, absolute. */
  readonly main: string | undefined;
  readonly accountId: string | undefined;
  /** Of the namespace bound as `HOLDFAST_KV`. */
  readonly namespaceId: string | undefined;
  /** Whether decisions are to be sent to a control plane. */
  readonly hasControlUrl: boolean;
}

/**
 * Reads the configuration that {@link WRANGLER_CONFIG_OPTION} names.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `WRANGLER_CONFIG_INVALID`
 */
export async function readWranglerConfig(options: Options, io: Io): Promise<WranglerConfig> {
  const file = options.required("wrangler-config");
  return parseConfig(await readText(io, file), file, io);
}

/** {@link readWranglerConfig}, or undefined where there is no such file. */
export async function findWranglerConfig(
  options: Options,
  io: Io,
): Promise<WranglerConfig | undefined> {
  const file = options.required("wrangler-config");
  const text = await readTextIfPresent(io, file);
  return text === undefined ? undefined : parseConfig(text, file, io);
}

/** Cloudflare's ids of accounts and namespaces: 16 bytes in hex. */
const ID = /^[0-9a-f]{32}$/i;

type Fields = Readonly<Record<string, unknown>>;

function parseConfig(text: string, file: string, { cwd }: Pick<Io, "cwd">): WranglerConfig {
  if (file.endsWith(".toml")) {
    throw new UsageError(
      "WRANGLER_CONFIG_INVALID",
      `${file}: expected wrangler's configuration as JSON, like ${DEFAULT_FILE}; wrangler reads both`,
    );
  }
  const config = parseJsonWithComments(text, file);
  if (!isFields(config)) {
    throw new UsageError("WRANGLER_CONFIG_INVALID", `${file}: expected an object`);
  }
  const namespaces = Array.isArray(config["kv_namespaces"]) ? config["kv_namespaces"] : [];
  const bound = namespaces.filter(isFields).find(({ binding }) => binding === KV_BINDING);
  const { name, main, vars } = config;
  return {
    file,
    name: typeof name === "string" ? name : undefined,
    main: typeof main === "string" ? resolve(cwd, dirname(file), main) : undefined,
    accountId: idOf(config["account_id"]),
    namespaceId: idOf(bound?.["id"]),
    hasControlUrl: isFields(vars) && "HOLDFAST_CONTROL_URL" in vars,
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string | undefined {
  return typeof value === "string" && ID.test(value) ? value : undefined;
}
