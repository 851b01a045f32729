import { dirname, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import {
  createControlSubscribers,
  openLocalPublisher,
  readRuntimeConfig,
  startNodeHost,
} from "@holdfast/runtime/node";
import type { NodeHost, NodeHostOptions, RuntimeConfig } from "@holdfast/runtime/node";
import type { Io, Options } from "../command.ts";
import { withDataDirectory } from "../data-option.ts";
import { readYaml } from "../read-yaml.ts";
import { VERSION } from "../version.ts";
import { readSecretVariable } from "./secret-variable.ts";

/** How long a runtime that never had anything live waits for the control plane before it listens, ms. */
const WAIT_FOR_LIVE_MS = 5000;

/** A runtime that runs, and what it was configured with. */
export interface StartedRuntime {
  readonly host: NodeHost;
  readonly warnings: readonly string[];
}

/**
 * Starts a runtime alone: for the apps of a configuration file, from what is published in the data directory
 * or by the control plane that `--control-url` names.
 *
 * @throws UsageError `CONFIG_INVALID`, `FILE_UNREADABLE`, `OPTION_MISSING`, and what the host throws
 */
export async function startRuntime(
  options: Options,
  { io, ...host }: Omit<NodeHostOptions, "config" | "control"> & { readonly io: Io },
): Promise<StartedRuntime> {
  const config = await readConfig(options, io, host.dataDirectory);
  const control = await readControl(options, io);
  const started = await startNodeHost({
    ...host,
    config,
    env: io.env,
    ...(control === undefined
      ? {}
      : {
          control,
          waitForLiveMs: WAIT_FOR_LIVE_MS,
          subscribers: createControlSubscribers(control),
        }),
  });
  return { host: started, warnings: config.warnings };
}

async function readConfig(options: Options, io: Io, dataDirectory: string): Promise<RuntimeConfig> {
  const publisher = await withDataDirectory(options.required("data"), () =>
    openLocalPublisher(dataDirectory, io.env),
  );
  const file = options.required("config");
  return readRuntimeConfig(await readYaml(io, file), {
    directory: dirname(resolve(io.cwd, file)),
    localPublisherKeyPem: publisher.publicKeyPem,
  });
}

async function readControl(options: Options, io: Io): Promise<NodeHostOptions["control"]> {
  const url = options.text("control-url");
  if (url === undefined) return undefined;
  const token = await readSecretVariable(io, "HOLDFAST_RUNTIME_TOKEN");
  if (token !== undefined) return { url, token, release: VERSION };
  throw new UsageError(
    "OPTION_MISSING",
    "--control-url: expected HOLDFAST_RUNTIME_TOKEN (or _FILE) beside it; make one with `holdfast tokens create --name runtimes --role runtime --all-apps`",
  );
}
