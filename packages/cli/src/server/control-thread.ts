import { setTimeout as sleepFor } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { PolicyError, UsageError } from "@holdfast/appstore/errors";
import type { RuntimeApp } from "@holdfast/control";
import type { Companion } from "@holdfast/runtime/node";
import type { Logger } from "pino";
import { untilAborted } from "../until-aborted.ts";
import type { ClientAddress } from "./client-address.ts";
import type { ControlCommand, ControlFailure, ControlMessage } from "./control-messages.ts";
import type { ControlSettings } from "./control-settings.ts";
import { createPassOn } from "./pass-on.ts";
import { createSocketFetch } from "./socket-fetch.ts";

/** What the control plane's thread is run with. */
export interface ControlThreadOptions {
  readonly socketPath: string;
  readonly clientAddress: ClientAddress;
  /** The environment the thread reads its secrets from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Writes a line of the thread's own log. */
  readonly onLog: (line: string) => void;
  /** Called with the apps to answer for, whenever they change. Must not throw. */
  readonly onApps: (apps: Readonly<Record<string, RuntimeApp>>) => void;
  /** Called with a link to make the first admin by, while there is none. */
  readonly onSetupLink: (url: string) => void;
  /** What the thread runs; default: the control plane. */
  readonly script?: URL;
}

/** The control plane, in a thread of its own, which is started again when it dies. */
export interface ControlThread extends Companion {
  /** A `fetch` that reaches it, and waits until it is there. */
  readonly fetch: typeof fetch;
  /**
   * Starts it, and resolves when it listens; or when it cannot yet, and goes on trying.
   *
   * @throws UsageError and PolicyError with the code of what only people can mend
   */
  start(settings: ControlSettings): Promise<void>;
  /** Resolves when it has ended. */
  close(): Promise<void>;
}

const CONTROL_WORKER = new URL("control-worker.ts", import.meta.url);

/** How soon it is started again after it died, ms; twice as long each time. */
const FIRST_RESTART_MS = 1000;
const LAST_RESTART_MS = 30_000;

/** How long it may take to end, ms. */
const CLOSE_MS = 20_000;

/** How long its metrics may take, ms. */
const METRICS_MS = 5000;

/** How one life of the thread ended. */
type Ending =
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly failure: ControlFailure; readonly wasUp: boolean };

/** Returns the control plane's thread; nothing runs before `start`. */
export function createControlThread(options: ControlThreadOptions): ControlThread {
  const { socketPath, clientAddress, logger, script = CONTROL_WORKER } = options;
  const passOn = createPassOn({ socketPath, clientAddress });
  const socketFetch = createSocketFetch(socketPath);
  const closing = new AbortController();
  const waiting = new Map<number, (text: string) => void>();
  const firstUp = Promise.withResolvers<void>();
  let worker: Worker | undefined;
  let isUp = false;
  let lastId = 0;
  let living: Promise<void> = Promise.resolve();

  function send(command: ControlCommand): void {
    worker?.postMessage(command);
  }

  function hear(message: ControlMessage): void {
    switch (message.kind) {
      case "log":
        options.onLog(message.line);
        break;
      case "apps":
        options.onApps(message.apps);
        break;
      case "up":
        isUp = true;
        firstUp.resolve();
        logger.info("the control plane is up");
        if (message.setupUrl !== undefined) options.onSetupLink(message.setupUrl);
        break;
      case "metrics":
        waiting.get(message.id)?.(message.text);
        break;
      case "failed":
        break;
    }
  }

  /** Runs it once, from its start to its end. */
  function live(settings: ControlSettings, onUp: () => void): Promise<Ending> {
    const thread = new Worker(script, {
      workerData: settings,
      env: { ...options.env },
    });
    worker = thread;
    return new Promise((resolve) => {
      let wasUp = false;
      let failure: ControlFailure | undefined;
      thread.on("message", (message: ControlMessage) => {
        if (message.kind === "failed") ({ failure } = message);
        hear(message);
        if (message.kind !== "up") return;
        wasUp = true;
        onUp();
      });
      thread.on("error", (error: unknown) => {
        failure = { code: codeOf(error), message: "the thread died", kind: "defect" };
      });
      thread.on("exit", () => {
        isUp = false;
        for (const answer of waiting.values()) answer("");
        const died = { code: "EXITED", message: "the thread ended", kind: "defect" } as const;
        if (closing.signal.aborted) resolve({ kind: "closed" });
        else resolve({ kind: "failed", failure: failure ?? died, wasUp });
      });
    });
  }

  /** Runs it again and again; `onFirst` hears how its first start went. */
  async function keepAlive(
    settings: ControlSettings,
    onFirst: (failure?: ControlFailure) => void,
  ): Promise<void> {
    let delayMs = FIRST_RESTART_MS;
    let wasEverUp = false;
    for (;;) {
      const ending = await live(settings, () => onFirst());
      if (ending.kind === "closed") return;
      const { failure, wasUp } = ending;
      wasEverUp ||= wasUp;
      onFirst(failure);
      if (!wasEverUp && failure.kind !== "passing") return;
      logger.error({ code: failure.code }, `the control plane is away: ${failure.message}`);
      if (wasUp) delayMs = FIRST_RESTART_MS;
      await sleep(delayMs, closing.signal);
      if (closing.signal.aborted) return;
      delayMs = Math.min(delayMs * 2, LAST_RESTART_MS);
    }
  }

  return {
    handle: (incoming, outgoing) => passOn.handle(incoming, outgoing),
    endStreams: () => passOn.endStreams(),
    isUp: () => isUp,
    async renderMetrics() {
      if (!isUp) return "";
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting.set(id, resolve);
      const timer = setTimeout(() => resolve(""), METRICS_MS);
      send({ kind: "renderMetrics", id });
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
    },
    async fetch(input, init) {
      await Promise.race([firstUp.promise, aborted(init?.signal)]);
      init?.signal?.throwIfAborted();
      return socketFetch(input, init);
    },
    start(settings) {
      return new Promise((resolve, reject) => {
        living = keepAlive(settings, (failure) => {
          if (failure === undefined || failure.kind === "passing") resolve();
          else reject(errorOf(failure));
        });
      });
    },
    async close() {
      closing.abort();
      firstUp.resolve();
      passOn.close();
      send({ kind: "close" });
      const force = setTimeout(() => void worker?.terminate(), CLOSE_MS);
      await living;
      clearTimeout(force);
    },
  };
}

/** Like `ERR_WORKER_OUT_OF_MEMORY`; messages of errors that are not ours may hold anything. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? String(error.code) : error.name;
}

/** Returns the error as the thread threw it. */
function errorOf({ kind, code, message }: ControlFailure): Error {
  if (kind === "usage") return new UsageError(code, message);
  return kind === "policy" ? new PolicyError(code, message) : new Error(message);
}

/** Resolves when the signal is aborted; never without one. */
function aborted(signal: AbortSignal | null | undefined): Promise<void> {
  return signal ? untilAborted(signal) : new Promise(() => undefined);
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleepFor(ms, undefined, { signal });
  } catch {
    // Aborted: the caller looks.
  }
}
