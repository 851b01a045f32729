import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { workerdBinary } from "./workerd-binary.ts";
import {
  HTTP_SOCKET,
  TRIGGER_CODE,
  TRIGGER_FILE,
  TRIGGER_SOCKET,
  WORKER_FILE,
  workerdConfig,
} from "./workerd-config.ts";
import { createTriggers } from "./workerd-triggers.ts";
import type { WorkerdTriggers } from "./workerd-triggers.ts";

/** How long workerd may take to listen, in milliseconds: it takes a tenth of a second. */
const START_MS = 30_000;
/** How long a stopped workerd may finish what it began, in milliseconds. */
const STOP_MS = 2000;
/** As much of what it said is kept for an error, in characters. */
const MAX_SAID = 2000;

/** The Worker that passes events on needs it; the one that is run asks for nothing of the kind. */
const EXPERIMENTAL = "--experimental";

/** What workerd runs. */
export interface WorkerdOptions {
  /** One ES module whose default export is the Worker. */
  readonly code: string;
  /** Variables and secrets by name; they are passed in its environment and lie in no file. */
  readonly bindings?: Readonly<Record<string, string>>;
  /**
   * What answers for the namespace bound as `HOLDFAST_KV`: workerd asks `GET /{key}` there, as its own
   * tools' stores do (miniflare's `namespace.worker.js`). Without it nothing is bound.
   */
  readonly kvUrl?: string | undefined;
  /** What takes the messages of the queue bound as `HOLDFAST_DECISIONS`. Without it nothing is bound. */
  readonly queueUrl?: string | undefined;
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** A command with its arguments that runs workerd, like `taskset -c 1`. Default: none. */
  readonly runner?: readonly string[] | undefined;
  /** Is given each line that the Worker or workerd writes. Default: nobody. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A workerd that answers. */
export interface RunningWorkerd extends WorkerdTriggers {
  /** Like `http://127.0.0.1:8080`; nobody else's machine reaches it. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends it, after what it has begun or two seconds. */
  stop(): Promise<void>;
}

/**
 * Runs the real workerd with one Worker, and returns when it listens.
 *
 * @throws UsageError `WORKERD_MISSING`, `WORKERD_BINDING_INVALID`; UpstreamError `WORKERD_FAILED` when it ends
 * before it listens, with what it said
 */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
  const binary = workerdBinary();
  const directory = await mkdtemp(join(tmpdir(), "holdfast-workerd-"));
  try {
    await writeFile(join(directory, WORKER_FILE), options.code);
    await writeFile(join(directory, TRIGGER_FILE), TRIGGER_CODE);
    await writeFile(join(directory, "config.capnp"), configOf(options));
    return await run(binary, join(directory, "config.capnp"), options);
  } finally {
    // What listens has read everything.
    await rm(directory, { recursive: true, force: true });
  }
}

function configOf({ bindings = {}, kvUrl, queueUrl, port = 0 }: WorkerdOptions): string {
  const variables = Object.keys(bindings);
  const odd = variables.find((name) => !/^[A-Z_][A-Z0-9_]*$/i.test(name));
  if (odd !== undefined) {
    const message = "a binding's name has letters, digits and _ and begins with no digit";
    throw new UsageError("WORKERD_BINDING_INVALID", message);
  }
  return workerdConfig({
    variables,
    port,
    kvAddress: hostOf(kvUrl),
    queueAddress: hostOf(queueUrl),
  });
}

/** The configuration has room for a host and a port, and for nothing behind them. */
function hostOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol === "http:" && pathname === "/") return host;
  const message = "expected a URL like http://127.0.0.1:8080, without a path";
  throw new UsageError("WORKERD_BINDING_INVALID", message);
}

async function run(
  binary: string,
  configFile: string,
  { runner = [], bindings = {}, onLine = () => undefined }: WorkerdOptions,
): Promise<RunningWorkerd> {
  const serve = [binary, "serve", "--control-fd=3", EXPERIMENTAL, configFile];
  const [command = binary, ...args] = [...runner, ...serve];
  const child = spawn(command, args, {
    env: { ...process.env, ...bindings },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const ended = endOf(child);
  let said = "";
  const take = (line: string): void => {
    said = `${said}${line}\n`.slice(-MAX_SAID);
    onLine(line);
  };
  // A pipe each, as they were asked for.
  for (const output of [child.stdout, child.stderr] as readonly Readable[]) {
    createInterface({ input: output }).on("line", take);
  }
  const ports = await Promise.race([listening(child), failed(ended, () => said)]).catch(
    (error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    },
  );
  return {
    url: `http://127.0.0.1:${ports.get(HTTP_SOCKET)}`,
    // A process that listens was started.
    pid: child.pid ?? 0,
    ended,
    ...createTriggers(`http://127.0.0.1:${ports.get(TRIGGER_SOCKET)}`),
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Resolves when the process is gone; it goes with this one. */
function endOf(child: ChildProcess): Promise<void> {
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  return new Promise((resolve) => {
    const end = (): void => {
      process.removeListener("exit", kill);
      resolve();
    };
    child.once("error", end);
    child.once("exit", end);
  });
}

/** Resolves with the port of each socket, when all listen: workerd tells on its control descriptor. */
function listening({ stdio }: ChildProcess): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  return new Promise((resolve) => {
    // The fourth is a pipe we read, as was asked for.
    createInterface({ input: stdio[3] as Readable }).on("line", (line) => {
      // What workerd writes there: {"event":"listen","socket":"http","port":42911}.
      const { event, socket, port } = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (event !== "listen" || typeof socket !== "string") return;
      ports.set(socket, Number(port));
      if (ports.has(HTTP_SOCKET) && ports.has(TRIGGER_SOCKET)) resolve(ports);
    });
  });
}

/** Rejects when it ends, or takes too long. */
async function failed(ended: Promise<void>, said: () => string): Promise<never> {
  const timeout = Promise.withResolvers<void>();
  const late = setTimeout(timeout.resolve, START_MS);
  await Promise.race([ended, timeout.promise]);
  clearTimeout(late);
  throw new UpstreamError("WORKERD_FAILED", `workerd did not start; it said: ${said().trim()}`);
}
