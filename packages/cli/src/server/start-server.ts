import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuntimeApp } from "@holdfast/control";
import { startNodeHost } from "@holdfast/runtime/node";
import type { HostControl, NodeHost, NodeHostOptions } from "@holdfast/runtime/node";
import type { Logger } from "pino";
import { VERSION } from "../version.ts";
import type { ClientAddress } from "./client-address.ts";
import type { ControlSettings } from "./control-settings.ts";
import { createControlThread } from "./control-thread.ts";
import type { ControlThread } from "./control-thread.ts";
import { openLocalSubscribers } from "./local-subscribers.ts";
import { createRememberedApps } from "./remembered-apps.ts";
import type { RememberedApps, RuntimeApps } from "./remembered-apps.ts";
import { requireOwnData } from "./require-own-data.ts";

/** What a server with a control plane is started with. */
export interface ServerOptions extends Pick<
  NodeHostOptions,
  | "dataDirectory"
  | "host"
  | "port"
  | "adminListen"
  | "logger"
  | "opsToken"
  | "onAnswer"
  | "captureSandbox"
  | "lookupMs"
  | "decisionDiskBytes"
  | "shutdownDelayMs"
  | "shutdownFlushMs"
> {
  /** Whether it answers the App Store, too; or is a control plane alone. */
  readonly answers: boolean;
  /** Where browsers reach it; default: where it listens. */
  readonly publicUrl?: string | undefined;
  readonly control: Omit<
    ControlSettings,
    "dataDirectory" | "socketPath" | "localRuntimeToken" | "publicUrl" | "release" | "logLevel"
  >;
  readonly clientAddress: ClientAddress;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes lines of the control plane's own log. */
  readonly onLog: (line: string) => void;
  /** Called with a link to make the first admin by, while there is none. */
  readonly onSetupLink: (url: string) => void;
}

/** A server that runs. */
export interface Server extends Pick<NodeHost, "url" | "adminUrl" | "close"> {
  /** What should not stay as it is. */
  readonly warnings: readonly string[];
}

/**
 * Starts a control plane in a thread of its own, and in this one a runtime that answers for the apps it
 * has. While the control plane is away, the runtime goes on with what it has, over restarts too.
 *
 * @throws UsageError and PolicyError with the code of what only people can mend
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dataDirectory, env, logger } = options;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await requireOwnData(dataDirectory);
  const memory = createRememberedApps({
    dataDirectory,
    allowNonAppleProductionRoots: options.control.allowNonAppleProductionRoots === true,
    onDamaged: (error) => logger.warn({ error: messageOf(error) }, "the apps were not remembered"),
  });
  const place = await openSocketPlace();
  const localRuntimeToken = randomBytes(32).toString("base64url");
  const follower = createAppFollower(memory, logger);
  const thread = createControlThread({
    socketPath: place.path,
    clientAddress: options.clientAddress,
    env,
    logger,
    onLog: options.onLog,
    onApps: (apps) => {
      if (options.answers) follower.take(apps);
    },
    onSetupLink: options.onSetupLink,
  });
  const config = options.answers ? await memory.recall() : { apps: [], warnings: [] };
  // The host goes by the thread's own fetch; no name is looked up.
  const control = {
    url: "http://localhost",
    token: localRuntimeToken,
    release: VERSION,
    fetch: thread.fetch,
  };
  const { databaseUrl } = options.control;
  const local = options.answers
    ? openLocalSubscribers({ databaseUrl, dataDirectory, control, logger })
    : undefined;
  const host = await startHost(options, {
    config,
    thread,
    control,
    subscribers: local?.store,
  }).catch(async (error: unknown) => {
    await local?.close();
    await place.remove();
    throw error;
  });
  follower.follow(host);
  const close = async (): Promise<void> => {
    await host.close();
    await local?.close();
    await thread.close();
    await place.remove();
  };
  try {
    await thread.start({
      ...options.control,
      dataDirectory,
      release: VERSION,
      publicUrl: options.publicUrl ?? localUrl(host.adminUrl),
      logLevel: logger.level,
      socketPath: place.path,
      localRuntimeToken,
    });
    await follower.settled();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: host.url, adminUrl: host.adminUrl, warnings: follower.warnings(), close };
}

interface HostParts {
  readonly config: NodeHostOptions["config"];
  readonly thread: ControlThread;
  readonly control: HostControl;
  readonly subscribers: NodeHostOptions["subscribers"];
}

function startHost(
  options: ServerOptions,
  { config, thread, control, subscribers }: HostParts,
): Promise<NodeHost> {
  const { dataDirectory, host, port, adminListen, logger, opsToken, onAnswer } = options;
  const { answers, env, lookupMs, decisionDiskBytes, captureSandbox } = options;
  const { shutdownDelayMs, shutdownFlushMs } = options;
  return startNodeHost({
    config,
    dataDirectory,
    logger,
    env,
    companion: thread,
    ...(answers ? { control } : {}),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(adminListen === undefined ? {} : { adminListen }),
    ...(opsToken === undefined ? {} : { opsToken }),
    ...(onAnswer === undefined ? {} : { onAnswer }),
    ...(captureSandbox === undefined ? {} : { captureSandbox }),
    ...(subscribers === undefined ? {} : { subscribers }),
    ...(lookupMs === undefined ? {} : { lookupMs }),
    ...(decisionDiskBytes === undefined ? {} : { decisionDiskBytes }),
    ...(shutdownDelayMs === undefined ? {} : { shutdownDelayMs }),
    ...(shutdownFlushMs === undefined ? {} : { shutdownFlushMs }),
  });
}

/** Configures a host with the apps a control plane tells, one after the other. */
interface AppFollower {
  readonly take: (apps: RuntimeApps) => void;
  /** What was taken before is told to the host, too. */
  readonly follow: (host: NodeHost) => void;
  readonly settled: () => Promise<void>;
  readonly warnings: () => readonly string[];
}

function createAppFollower(memory: RememberedApps, logger: Logger): AppFollower {
  const hostKnown = Promise.withResolvers<NodeHost>();
  let working = Promise.resolve();
  let warnings: readonly string[] = [];

  async function configure(apps: Readonly<Record<string, RuntimeApp>>): Promise<void> {
    try {
      const host = await hostKnown.promise;
      const config = await memory.remember(apps);
      ({ warnings } = config);
      await host.configure(config);
      logger.info({ apps: Object.keys(apps) }, "answering for");
      if (warnings.length > 0) logger.warn({ warnings }, "should not stay so");
    } catch (error) {
      logger.error({ error: messageOf(error) }, "the apps could not be taken over");
    }
  }

  return {
    take(apps) {
      working = working.then(() => configure(apps));
    },
    follow: (host) => hostKnown.resolve(host),
    settled: () => working,
    warnings: () => warnings,
  };
}

/** A place for a listener that only this user can reach. */
async function openSocketPlace() {
  if (process.platform === "win32") {
    const path = String.raw`\\.\pipe\holdfast-${randomUUID()}`;
    return { path, remove: () => Promise.resolve() };
  }
  // Not in the data directory: the system allows a socket's path about a hundred characters.
  const directory = await mkdtemp(join(tmpdir(), "holdfast-"));
  return {
    path: join(directory, "control.sock"),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** An address that means every interface is none a browser can go to. */
function localUrl(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\]|127\.0\.0\.1)/, "//localhost");
}

function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message : undefined;
}
