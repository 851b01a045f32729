import { fork, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpus } from "node:os";

/** A server under comparison. */
export interface Contender {
  readonly name: string;
  /** A script below `servers/`. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything that answers the same requests. The first is what the others are compared with. */
export const CONTENDERS: readonly Contender[] = [
  { name: "holdfast", script: "holdfast.ts" },
  { name: "holdfast, traces sent", script: "holdfast.ts", env: { BENCH_TRACES: "on" } },
  { name: "minimal handler", script: "minimal.ts" },
  {
    name: "Apple's library, node:http, warm",
    script: "apple-node-http.ts",
    env: { BENCH_CACHE: "warm" },
  },
  {
    name: "Apple's library, node:http, cold",
    script: "apple-node-http.ts",
    env: { BENCH_CACHE: "cold" },
  },
  {
    name: "Apple's library, express, warm",
    script: "apple-express.ts",
    env: { BENCH_CACHE: "warm" },
  },
  {
    name: "Apple's library, express, cold",
    script: "apple-express.ts",
    env: { BENCH_CACHE: "cold" },
  },
];

/** A server in a process of its own. */
export interface RunningContender {
  readonly name: string;
  /** Like `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Processor time used since its start, of all its threads, in microseconds. */
  cpuMicroseconds(): Promise<number>;
  /** How long its host took to start, for servers that say so, ms. */
  readonly startMs?: number;
  /** Memory it holds after a collection, for servers that say so. */
  residentBytes(): Promise<number>;
  /** How long answers took since it was last asked, within servers that say so, ms. */
  latency(): Promise<{ readonly p50: number; readonly p99: number; readonly max: number }>;
  stop(): void;
}

/** Whether servers get a core of their own: two cores and `taskset` are needed. */
export const canPin = cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** Starts a server on core 0, where it can be pinned, and leaves core 1 to this process. */
export async function startContender(
  { name, script, env }: Contender,
  worldFile: string,
): Promise<RunningContender> {
  const path = new URL(`servers/${script}`, import.meta.url).pathname;
  const child = fork(path, { env: { ...process.env, ...env, BENCH_WORLD: worldFile } });
  const { port, startMs } = await answerOf<{ port: number; startMs?: number }>(child, name);
  const ask = <Answer>(what: string): Promise<Answer> => {
    const answer = answerOf<Answer>(child, name);
    child.send(what);
    return answer;
  };
  pin(child.pid, 0);
  pin(process.pid, 1);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    ...(startMs === undefined ? {} : { startMs }),
    cpuMicroseconds: async () => (await ask<{ cpuMicroseconds: number }>("cpu")).cpuMicroseconds,
    residentBytes: async () => (await ask<{ residentBytes: number }>("memory")).residentBytes,
    latency: () => ask("latency"),
    stop: () => child.disconnect(),
  };
}

function answerOf<Message>(child: ChildProcess, name: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`${name} ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      // What the servers of this benchmark send.
      resolve(message as Message);
    });
  });
}

function pin(pid: number | undefined, core: number): void {
  if (canPin) spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", `${core}`, `${pid}`]);
}
