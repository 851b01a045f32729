import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { CodedError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { createControl } from "@holdfast/control";
import type { Control } from "@holdfast/control";
import { createNodeListener, describeProblem, logReport } from "@holdfast/control/http";
import { logJob } from "@holdfast/control/jobs";
import { createControlMetrics } from "@holdfast/control/metrics";
import type { ControlMetrics } from "@holdfast/control/metrics";
import { createKeyring, loadMasterKeys, loadRuntimeSecret } from "@holdfast/control/secrets";
import { openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { pino } from "pino";
import type { Logger } from "pino";
import { startTelemetry } from "../telemetry/start-telemetry.ts";
import type { Telemetry } from "../telemetry/start-telemetry.ts";
import { CLIENT_ADDRESS_HEADER } from "./client-address.ts";
import type { ControlCommand, ControlFailure, ControlMessage } from "./control-messages.ts";
import type { ControlSettings } from "./control-settings.ts";

/** How long a shutdown waits for answers under way, ms. */
const SHUTDOWN_MS = 5000;

/** The control plane in a thread of its own: SQL, compiling and syncing never make an answer wait. */
async function main(settings: ControlSettings, logger: Logger): Promise<void> {
  // From the very beginning: what is said before somebody listens is lost.
  const closing = closeAsked();
  const secrets = await loadSecrets(settings);
  const telemetry = await startTelemetry({
    env: process.env,
    release: settings.release,
    onProblem: (error) => logger.warn({ error: error.name }, "traces were not sent"),
  });
  const database = await openDatabase(databaseOf(settings));
  try {
    const control = await startControl(settings, { database, secrets, logger, telemetry });
    const server = await listen(control, settings.socketPath);
    const tellApps = followApps(control, logger);
    await tellApps();
    const setup = await control.prepareSetup();
    tell({ kind: "up", ...(setup === undefined ? {} : { setupUrl: setup.url }) });
    await closing;
    await closeServer(server);
    await control.close();
  } finally {
    await database.close();
    await telemetry?.close();
  }
}

function tell(message: ControlMessage): void {
  parentPort?.postMessage(message);
}

function databaseOf({ databaseUrl, dataDirectory }: ControlSettings) {
  return databaseUrl === undefined
    ? ({ engine: "sqlite", directory: dataDirectory } as const)
    : ({ engine: "postgres", url: databaseUrl } as const);
}

async function loadSecrets({ databaseUrl, dataDirectory }: ControlSettings) {
  const { env } = process;
  // Replicas on one database must be given the same secrets; each would make its own.
  const sources = databaseUrl === undefined ? { env, dataDirectory } : { env };
  return {
    keyring: await createKeyring(await loadMasterKeys(sources)),
    runtimeKeys: await deriveRuntimeKeys(await loadRuntimeSecret(sources), webCryptography),
  };
}

interface ControlParts {
  readonly database: Database;
  readonly secrets: Awaited<ReturnType<typeof loadSecrets>>;
  readonly logger: Logger;
  readonly telemetry: Telemetry | undefined;
}

async function startControl(
  settings: ControlSettings,
  { database, secrets, logger, telemetry }: ControlParts,
): Promise<Control> {
  const metrics = createControlMetrics({
    database,
    changeListeners: () => control.changeListeners(),
  });
  const control = await createControl({
    ...settings,
    ...secrets,
    database,
    onReport(report) {
      logReport(logger, report);
      metrics.countRequest(report);
      telemetry?.onReport(report);
    },
    onJob(report) {
      logJob(logger, report);
      metrics.countJob(report);
      telemetry?.onJob(report);
    },
    onProblem: (error) => logger.warn({ code: codeOf(error) }, "will be tried again"),
  });
  await control.start();
  parentPort?.on("message", (command: ControlCommand) => {
    if (command.kind === "renderMetrics") void tellMetrics(metrics, command.id);
  });
  return control;
}

async function tellMetrics(metrics: ControlMetrics, id: number): Promise<void> {
  const { body } = await metrics.render();
  tell({ kind: "metrics", id, text: body });
}

async function listen(control: Control, socketPath: string): Promise<Server> {
  const listener = createNodeListener(control, ({ headers }) => {
    const address = headers[CLIENT_ADDRESS_HEADER];
    return typeof address === "string" ? address : undefined;
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  // Its one client keeps connections, and would find some ended in the moment it uses them again.
  server.keepAliveTimeout = 0;
  // One that died left its socket behind.
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  return server;
}

/** Returns what tells which apps there are; it is told again when they change. */
function followApps(control: Control, logger: Logger): () => Promise<void> {
  const tellApps = async (): Promise<void> => {
    tell({ kind: "apps", apps: await control.readRuntimeApps() });
  };
  let telling = Promise.resolve();
  control.onAppsChange(() => {
    telling = telling
      .then(tellApps)
      .catch((error: unknown) => logger.error({ code: codeOf(error) }, "the apps cannot be read"));
  });
  return tellApps;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
  await closed;
  clearTimeout(force);
}

function closeAsked(): Promise<void> {
  return new Promise((resolve) => {
    parentPort?.on("message", (command: ControlCommand) => {
      if (command.kind === "close") resolve();
    });
  });
}

function codeOf(error: unknown): string {
  if (error instanceof CodedError) return String(error.code);
  return error instanceof Error ? error.name : typeof error;
}

function failureOf(error: unknown): ControlFailure {
  const code = codeOf(error);
  // Others' messages may hold anything.
  if (!(error instanceof CodedError)) return { code, message: "an internal error", kind: "defect" };
  const { message } = error;
  if (error instanceof UpstreamError) return { code, message, kind: "passing" };
  return { code, message, kind: error instanceof UsageError ? "usage" : "policy" };
}

// What this thread is started with, by `control-thread.ts` alone.
const settings = workerData as ControlSettings;
const logger = pino({ level: settings.logLevel }, { write: (line) => tell({ kind: "log", line }) });
try {
  await main(settings, logger);
} catch (error) {
  if (!(error instanceof CodedError)) logger.fatal(describeProblem(error), "a defect");
  tell({ kind: "failed", failure: failureOf(error) });
}
// Whatever still listens or waits keeps no thread alive that was told to end.
parentPort?.close();
