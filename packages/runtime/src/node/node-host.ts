import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "@holdfast/appstore/errors";
import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { Logger } from "pino";
import { createCircuitBreaker } from "../answer/circuit-breaker.ts";
import { createRuntime } from "../answer/runtime.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { systemClock } from "../ports/clock.ts";
import type { HmacKey } from "../ports/cryptography.ts";
import type { AnswerEvent } from "../ports/observer.ts";
import type { SubscriberStore } from "../ports/subscribers.ts";
import { createAnswerCounts } from "./answer-counts.ts";
import type { AnswerCounts } from "./answer-counts.ts";
import { openCaptureDirectory } from "./capture-directory.ts";
import type { CaptureDirectory } from "./capture-directory.ts";
import { logAnswer } from "./answer-log.ts";
import { followControl } from "./control-follower/follow-control.ts";
import type { ControlFollower, FollowerEvent } from "./control-follower/follow-control.ts";
import type { ControlAccess } from "../control-link/control-http.ts";
import { DEFAULT_DECISION_DISK_BYTES } from "./decision-shipping/disk-bound.ts";
import { openDecisions } from "./decision-shipping/open-decisions.ts";
import type { Decisions } from "./decision-shipping/open-decisions.ts";
import type { ShippingEvent } from "./decision-shipping/ship-decisions.ts";
import { createListener } from "./listener.ts";
import type { Audience, Companion, ListenerMeans } from "./listener.ts";
import { createMetrics } from "./metrics.ts";
import { nodeCryptography } from "./node-cryptography.ts";
import { openPublicationDirectory } from "./publication-directory.ts";
import type { PublicationDirectory } from "./publication-directory.ts";
import type { PublicationEvent } from "../publications/live-slot.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import { openNodeRevocations } from "./revocations/node-revocations.ts";
import type { NodeRevocations } from "./revocations/node-revocations.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

/** Where a host listens by default. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 8787;

/** How long a shutdown waits for answers under way. */
const SHUTDOWN_MS = 10_000;

/** How long a companion's client may take for a whole request, ms: it may hold an image. */
const UPLOAD_MS = 60_000;

/** What a Node host is started with. */
export interface NodeHostOptions {
  readonly config: RuntimeConfig;
  /** Holds publications, decisions and, alone on one machine, the runtime secret. */
  readonly dataDirectory: string;
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port?: number;
  readonly logger: Logger;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly subscribers?: SubscriberStore;
  /** Milliseconds one lookup of subscriber state may take; default 50. */
  readonly lookupMs?: number;
  /** How many bytes decisions may take on disk; beyond, the oldest are deleted. Default: 4 GiB. */
  readonly decisionDiskBytes?: number;
  /** Where publications come from beside the data directory, and where decisions go; nowhere by default. */
  readonly control?: HostControl;
  /**
   * How long a host that has nothing live waits for control before it listens, ms: load balancers that look at
   * answers alone would send it requests that others can answer. Default 0.
   */
  readonly waitForLiveMs?: number;
  /** Opens `/metrics` and `/readyz` to other machines. */
  readonly opsToken?: string;
  /** Also told how each request ended. */
  readonly onAnswer?: (event: AnswerEvent) => void;
  /** Where verified requests of the sandbox are kept as fixtures; nowhere by default. */
  readonly captureSandbox?: string;
  /** Answers what the runtime does not, on the same listener; nobody by default. */
  readonly companion?: Companion;
  /**
   * How long a shutdown goes on answering though `/healthz` and `/readyz` are off already, ms, so that load
   * balancers notice first; default 0.
   */
  readonly shutdownDelayMs?: number;
  /** How long a shutdown goes on shipping decisions, ms, though it fails; default three seconds, up to the first failure. */
  readonly shutdownFlushMs?: number;
  /** A second listener for the companion and the operators, who then have nothing on the first. */
  readonly adminListen?: { readonly host: string; readonly port: number };
}

/** The control plane a host follows. */
export interface HostControl extends ControlAccess {
  /** This host's release of Holdfast, for its reports. */
  readonly release: string;
}

/** A host that listens. */
export interface NodeHost {
  /** Like `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Where those who administer it come: the second listener, or the same. */
  readonly adminUrl: string;
  /** Answers for these apps from now on. */
  configure(config: RuntimeConfig): Promise<void>;
  /** Looks for new publications at once. */
  refresh(): Promise<void>;
  /** Says that it is not ready, stops taking connections, lets answers under way finish, ships what is pending. */
  close(): Promise<void>;
}

/** Where a host with this data directory finds publications. */
export function publicationsPath(dataDirectory: string): string {
  return join(dataDirectory, "publications");
}

/** Where a host with this data directory keeps what it last accepted of them. */
export function lastGoodPath(dataDirectory: string): string {
  return join(dataDirectory, "last-good");
}

/**
 * Starts answering on this machine.
 *
 * @throws UsageError `PORT_TAKEN`, `RUNTIME_SECRET_INVALID`, `CONTROL_URL_INVALID`
 */
export async function startNodeHost(options: NodeHostOptions): Promise<NodeHost> {
  const { dataDirectory, logger, env = {}, adminListen, companion } = options;
  let { config } = options;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const capture = await openCapture(options);
  const secret = await loadRuntimeSecret(dataDirectory, env);
  const cryptography = nodeCryptography;
  const clock = systemClock;
  const runtimeKeys = await deriveRuntimeKeys(secret, cryptography);
  const publications = await openPublicationDirectory(config.apps, {
    directory: publicationsPath(dataDirectory),
    lastGoodDirectory: lastGoodPath(dataDirectory),
    runtimeKeys,
    cryptography,
    onEvent: (event) => logPublication(logger, event),
  });
  const answers = createAnswerCounts(clock.now);
  const opened = await openHostDecisions(options);
  const decisions = opened.log;
  const follower = startFollower(options, {
    publications,
    answers,
    onConnected: () => opened.retry(),
  });
  const revocations = await openRevocations(options, runtimeKeys.revocationRecords);
  const verifier = createSignedDataVerifier({ ecdsa: cryptography, now: clock.now });
  const breaker = createCircuitBreaker(clock.elapsed);
  const metrics = createMetrics({
    publications,
    verifier,
    revocations: () => revocations.counts(),
    decisions,
    shipping: () => opened.shipping(),
    breaker,
    now: clock.now,
  });
  const observer = {
    onAnswer(event: AnswerEvent) {
      metrics.count(event);
      answers.count(event);
      logAnswer(logger, event);
      options.onAnswer?.(event);
    },
  };
  const { subscribers, lookupMs } = options;
  const runtime = createRuntime({
    host: "node",
    capture: {
      keep(answered) {
        revocations.note(answered.signedPayload);
        capture?.keep(answered);
      },
    },
    publications,
    verifier,
    revocations: revocations.lookup,
    decisions,
    observer,
    clock,
    breaker,
    ...(subscribers === undefined ? {} : { subscribers }),
    ...(lookupMs === undefined ? {} : { lookupMs }),
  });
  let accepting = true;
  const { opsToken } = options;
  const means: ListenerMeans = {
    runtime,
    health: {
      publications,
      host() {
        const { ready, reason = "not ready" } = decisions.health();
        return { runtime: "node", store: ready ? "ready" : reason };
      },
      get warnings() {
        return [config.warnings, revocations.warning()].flatMap((text) => text ?? []);
      },
      ...(companion === undefined ? {} : { isCompanionUp: companion.isUp }),
    },
    decisions,
    metrics,
    shipping: () => opened.shipping(),
    accepting: () => accepting,
    ...(opsToken === undefined ? {} : { opsToken }),
    ...(companion === undefined ? {} : { companion }),
  };
  const servers: Server[] = [];
  const open = async (audience: Audience, host: string, port: number): Promise<Server> => {
    const listener = createListener(means, audience);
    const server = createHttpServer((incoming, outgoing) => {
      // What one request comes to must not end the answers to all others.
      listener(incoming, outgoing).catch((error: unknown) => {
        logger.error({ error: error instanceof Error ? error.name : undefined }, "not handled");
        outgoing.destroy();
      });
    });
    if (companion !== undefined && audience !== "public") server.requestTimeout = UPLOAD_MS;
    await listen(server, host, port);
    servers.push(server);
    return server;
  };
  const close = async (): Promise<void> => {
    accepting = false;
    const { shutdownDelayMs = 0 } = options;
    if (shutdownDelayMs > 0 && servers.length > 0) await sleep(shutdownDelayMs);
    // First, for the control plane it says goodbye to may be behind these very listeners.
    await Promise.all([follower?.close(), revocations.close()]);
    companion?.endStreams();
    await Promise.all(servers.map(closeServer));
    publications.close();
    await opened.close();
    await capture?.close();
  };
  try {
    const { host = DEFAULT_HOST, port = DEFAULT_PORT, waitForLiveMs = 0 } = options;
    const isNew = publications.list().every(({ live }) => live === undefined);
    if (isNew) await withinMs(waitForLiveMs, follower?.settled());
    const server = await open(adminListen === undefined ? "everybody" : "public", host, port);
    const admin = adminListen && (await open("admins", adminListen.host, adminListen.port));
    return {
      url: urlOf(server),
      adminUrl: urlOf(admin ?? server),
      async configure(next) {
        config = next;
        await publications.configure(next.apps);
        follower?.refresh();
      },
      refresh: () => publications.refresh(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves when something is done, or so long after. */
async function withinMs(milliseconds: number, done: Promise<void> | undefined): Promise<void> {
  const timeout = new AbortController();
  const { signal } = timeout;
  // Aborted when the other was done first.
  await Promise.race([done, sleep(milliseconds, undefined, { signal }).catch(() => undefined)]);
  timeout.abort();
}

function openCapture({
  captureSandbox,
  logger,
}: NodeHostOptions): Promise<CaptureDirectory> | undefined {
  if (captureSandbox === undefined) return undefined;
  logger.warn("sandbox requests are captured, with their transaction ids");
  return openCaptureDirectory(captureSandbox, {
    onProblem: (error) =>
      logger.warn({ error: error instanceof Error ? error.message : undefined }, "not captured"),
  });
}

function startFollower(
  { control, logger }: NodeHostOptions,
  {
    onConnected,
    ...means
  }: {
    readonly publications: PublicationDirectory;
    readonly answers: AnswerCounts;
    readonly onConnected: () => void;
  },
): ControlFollower | undefined {
  if (control === undefined) return undefined;
  return followControl({
    ...control,
    ...means,
    startedAt: systemClock.now(),
    onEvent(event) {
      logFollower(logger, event);
      if (event.kind === "connected") onConnected();
    },
  });
}

function openRevocations(
  { dataDirectory, control, logger }: NodeHostOptions,
  key: HmacKey,
): Promise<NodeRevocations> {
  return openNodeRevocations({
    key,
    control,
    copyPath: join(lastGoodPath(dataDirectory), "revocations"),
    onProblem: (error) =>
      logger.warn(
        { error: error instanceof Error ? error.message : undefined },
        "revocations are not renewed",
      ),
  });
}

function openHostDecisions({
  dataDirectory,
  control,
  logger,
  decisionDiskBytes = DEFAULT_DECISION_DISK_BYTES,
  shutdownFlushMs,
}: NodeHostOptions): Promise<Decisions> {
  return openDecisions({
    directory: dataDirectory,
    maxDiskBytes: decisionDiskBytes,
    control,
    flushMs: shutdownFlushMs,
    onEvent: (event) => logShipping(logger, event),
  });
}

/**
 * How long a connection may stay open on which nothing moves, ms, or twice as long where an answer waits to be
 * read: who does not read what is sent to them would else hold it for ever. Streams say something every 15 seconds.
 */
const STUCK_MS = 120_000;

/** Bounds what a slow or hostile client can hold; Apple's request is small and comes at once. */
function createHttpServer(listener: Parameters<typeof createServer>[1]): Server {
  const server = createServer(
    {
      headersTimeout: 5000,
      requestTimeout: 10_000,
      keepAliveTimeout: 75_000,
      maxHeaderSize: 16 * 1024,
      connectionsCheckingInterval: 2000,
    },
    listener,
  );
  return server.setTimeout(STUCK_MS);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new UsageError(
              "PORT_TAKEN",
              `port ${port} on ${host} is taken; stop what listens there, or choose another with --port or HOLDFAST_PORT`,
              { cause: error },
            )
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server): string {
  // A listening TCP server's address is an object; a string only for a pipe.
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Connections are closed as they fall idle, and all of them once the patience is over. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const force = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

function logPublication(
  logger: Logger,
  { kind, app, environment, label, error }: PublicationEvent,
): void {
  const fields = { app, environment, label };
  if (error === undefined) logger.info(fields, kind);
  else logger.error({ ...fields, error: error instanceof Error ? error.message : undefined }, kind);
}

function logFollower(logger: Logger, { kind, error }: FollowerEvent): void {
  const fields = { error: error instanceof Error ? error.message : undefined };
  if (kind === "connected") logger.info("control connected");
  else logger.warn(fields, `control ${kind}`);
}

function logShipping(logger: Logger, event: ShippingEvent): void {
  const { kind } = event;
  if (kind === "goesOn") logger.info("decisions are shipped again");
  else if (kind === "lost") {
    logger.error({ count: event.count }, "decisions lost: they took more room than they may have");
  } else if (kind === "keptAside") {
    const { codes, count } = event;
    logger.warn({ codes, count }, "decisions kept aside: they cannot be shipped");
  } else {
    const error = event.error instanceof Error ? event.error.message : undefined;
    logger.warn({ error }, "decisions cannot be shipped");
  }
}
