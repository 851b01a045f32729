import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startPausingProxy } from "../pausing-proxy.ts";
import type { PausingProxy } from "../pausing-proxy.ts";
import { createServerProcess } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

/** A control plane's process, and what it asks Apple. */
export interface ControlProcess extends ServerProcess {
  readonly appStore: PausingProxy;
}

/** What all servers of a cluster are given. */
export interface ClusterSettings {
  readonly directory: string;
  /** Where the proxy passes on to the control planes. */
  readonly controlUrl: string;
  readonly secrets: ClusterSecrets;
  /** Another copy of the program to begin with; default this one. */
  readonly program: string | undefined;
}

/** The variables of a server on the database. */
export interface ClusterSecrets {
  readonly HOLDFAST_DATABASE_URL: string;
  readonly HOLDFAST_MASTER_KEY: string;
  readonly HOLDFAST_RUNTIME_SECRET: string;
}

/** So many calls a second about subscribers: a tenth of it in the sandbox, so that the job has always more to do. */
const STATUS_CALLS_PER_SECOND = "10";

/** How long a server goes on answering, and shipping, when it is told to end, seconds. */
const SHUTDOWN = { HOLDFAST_SHUTDOWN_DELAY: "1", HOLDFAST_SHUTDOWN_FLUSH: "15" } as const;

function newSecret(): string {
  return randomBytes(32).toString("base64");
}

/** Makes secrets for servers on a database. */
export function createSecrets(databaseUrl: string): ClusterSecrets {
  return {
    HOLDFAST_DATABASE_URL: databaseUrl,
    HOLDFAST_MASTER_KEY: newSecret(),
    HOLDFAST_RUNTIME_SECRET: newSecret(),
  };
}

/** Returns a control plane that does not run yet; the proxy to its App Store does. */
export async function createControlProcess(
  settings: ClusterSettings,
  { name, port, appStoreUrl }: { name: string; port: number; appStoreUrl: string },
): Promise<ControlProcess> {
  const appStore = await startPausingProxy(appStoreUrl);
  const server = await createProcess(settings, {
    name,
    port,
    args: ["--role", "control"],
    env: {
      ...settings.secrets,
      HOLDFAST_PUBLIC_URL: settings.controlUrl,
      HOLDFAST_TRUSTED_PROXIES: "loopback",
      HOLDFAST_STOREKIT_SANDBOX_URL: `${appStore.url}/sandbox`,
      HOLDFAST_STATUS_CALLS_PER_SECOND: STATUS_CALLS_PER_SECOND,
    },
  });
  return { ...server, appStore };
}

/** Returns a runtime that does not run yet: it has neither database nor master key. */
export async function createRuntimeProcess(
  settings: ClusterSettings,
  { name, port, token, config }: { name: string; port: number; token: string; config: string },
): Promise<ServerProcess> {
  const { HOLDFAST_RUNTIME_SECRET } = settings.secrets;
  const server = await createProcess(settings, {
    name,
    port,
    args: ["--role", "runtime", "--control-url", settings.controlUrl],
    env: { HOLDFAST_RUNTIME_SECRET, HOLDFAST_RUNTIME_TOKEN: token },
  });
  await writeFile(join(server.cwd, "holdfast.yaml"), config);
  return server;
}

interface ProcessParts {
  readonly name: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function createProcess(
  { directory, program }: ClusterSettings,
  { name, port, args, env }: ProcessParts,
): Promise<ServerProcess> {
  const cwd = join(directory, name);
  await mkdir(cwd);
  const parts = { name, port, cwd, args: [...args, "--log-level", "warn"] };
  return createServerProcess({ ...parts, env: { ...SHUTDOWN, ...env } }, program);
}
