import { startBinary } from "../spawn-cli.ts";
import type { Running } from "../spawn-cli.ts";

/** How a server is started, again and again. */
export interface ServerProcessOptions {
  /** Like `runtime-1`. */
  readonly name: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** From when to when something happened, ms since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** How a server that was told to end did so. */
export interface Stopped {
  readonly code: number | null;
  readonly ms: number;
}

/** A `holdfast serve` of a cluster: it may be ended, killed and started again, always at the same address. */
export interface ServerProcess {
  readonly name: string;
  readonly url: string;
  /** As nginx calls it. */
  readonly address: string;
  readonly cwd: string;
  isUp(): boolean;
  /** Resolves when it listens. @param program - another copy of the program; default the one it had */
  start(program?: string): Promise<void>;
  /** Ends it as a power cut would (SIGKILL), and returns when that was. */
  kill(): Promise<Span>;
  /** Ends it as a host does that is shut down (SIGTERM). */
  stop(): Promise<Stopped>;
  /** What it has written to standard error, of all its lives. */
  err(): string;
}

/** Returns a server that does not run yet. */
export function createServerProcess(
  options: ServerProcessOptions,
  firstProgram?: string,
): ServerProcess {
  const { name, port, args, cwd, env } = options;
  let program = firstProgram;
  let running: Running | undefined;
  let before = "";

  async function end(signal: NodeJS.Signals): Promise<Stopped> {
    if (running === undefined) return { code: null, ms: 0 };
    const startedAt = performance.now();
    const { code, err } = await running.end(signal);
    running = undefined;
    before += err;
    return { code, ms: Math.round(performance.now() - startedAt) };
  }

  return {
    name,
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    cwd,
    isUp: () => running !== undefined,
    async start(next = program) {
      program = next;
      running = await startBinary(["serve", "--port", String(port), ...args], {
        cwd,
        env,
        ...(program === undefined ? {} : { program }),
      });
    },
    async kill() {
      const from = Date.now();
      await end("SIGKILL");
      return { from, until: Date.now() };
    },
    stop: () => end("SIGTERM"),
    err: () => before + (running?.err() ?? ""),
  };
}
