/**
 * Answers per second on one core, offer signed, chain known: Holdfast beside a minimal handler and
 * Apple's library, interleaved in one run.
 *
 *   npm run bench                 three rounds of five seconds each
 *   npm run bench -- --quick      one short round, to see that it works
 *   npm run bench -- --json       JSON lines only
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadFor } from "./load.ts";
import { createBenchWorld } from "./bench-world.ts";

interface Contender {
  readonly name: string;
  readonly server: string;
  readonly env?: Readonly<Record<string, string>>;
}

const CONTENDERS: readonly Contender[] = [
  { name: "holdfast", server: "holdfast.ts" },
  { name: "minimal handler", server: "minimal.ts" },
  { name: "Apple's library, node:http, warm", server: "apple-node-http.ts", env: { BENCH_CACHE: "warm" } },
  { name: "Apple's library, node:http, cold", server: "apple-node-http.ts", env: { BENCH_CACHE: "cold" } },
  { name: "Apple's library, express, warm", server: "apple-express.ts", env: { BENCH_CACHE: "warm" } },
  { name: "Apple's library, express, cold", server: "apple-express.ts", env: { BENCH_CACHE: "cold" } },
];

interface Running extends Contender {
  readonly child: ChildProcess;
  readonly url: string;
  readonly rates: number[];
  /** Processor time per answer, in microseconds, of all the server's threads. */
  readonly costs: number[];
}

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    seconds: { type: "string" },
  },
});
const rounds = values.quick ? 1 : 3;
const seconds = Number(values.seconds ?? (values.quick ? 1 : 5));
const connections = 16;
const tell = (line: string): void => {
  if (!values.json) console.log(line);
};

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const world = await createBenchWorld(directory);
const worldFile = join(directory, "world.json");
await writeFile(worldFile, JSON.stringify(world.description), { mode: 0o600 });
const canPin = spawnSync("taskset", ["--version"]).status === 0 && cpus().length > 1;
const running: Running[] = [];
try {
  for (const contender of CONTENDERS) {
    if (values.only !== undefined && !new RegExp(values.only).test(contender.name)) continue;
    running.push(await start(contender));
  }
  tell(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`);
  tell(`servers ${canPin ? "pinned to core 0, load from core 1" : "not pinned: taskset is missing"}`);
  tell(`${rounds} rounds of ${seconds} s each, ${connections} connections\n`);
  for (const { url } of running) await loadFor({ url, bodies: await world.freshBodies(), connections, seconds: values.quick ? 0.5 : 2 });
  for (let round = 0; round < rounds; round += 1) {
    for (const { url, rates, costs, name, child } of running) {
      const bodies = await world.freshBodies();
      const before = await cpuMicroseconds(child);
      const result = await loadFor({ url, bodies, connections, seconds });
      const used = (await cpuMicroseconds(child)) - before;
      if (result.failed > 0) throw new Error(`${name}: ${result.failed} of ${result.answered} requests failed`);
      rates.push(result.perSecond);
      costs.push(used / result.answered);
    }
  }
  report(running);
} finally {
  for (const { child } of running) child.disconnect();
  await world.close();
  await rm(directory, { recursive: true, force: true });
}

async function start(contender: Contender): Promise<Running> {
  const script = new URL(`servers/${contender.server}`, import.meta.url).pathname;
  const child = fork(script, { env: { ...process.env, ...contender.env, BENCH_WORLD: worldFile, BENCH_NAME: contender.name } });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message: { port: number }) => resolve(message.port));
    child.once("exit", (code) => reject(new Error(`${contender.name} ended with ${code}`)));
  });
  if (canPin) {
    spawnSync("taskset", ["-a", "-p", "1", String(child.pid)]);
    spawnSync("taskset", ["-a", "-p", "2", String(process.pid)]);
  }
  return { ...contender, child, url: `http://127.0.0.1:${port}${world.path}`, rates: [], costs: [] };
}

function cpuMicroseconds(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("message", (message: { cpuMicroseconds: number }) => resolve(message.cpuMicroseconds));
    child.send("cpu");
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function report(results: readonly Running[]): void {
  const own = results.find(({ name }) => name === "holdfast");
  tell("                                    answers/s   CPU µs/answer   holdfast, by rate   by CPU");
  for (const { name, rates, costs } of results) {
    const perSecond = median(rates);
    const cpuPerAnswer = median(costs);
    const byRate = median(own?.rates ?? []) / perSecond;
    const byCpu = cpuPerAnswer / median(own?.costs ?? []);
    const line = { bench: "answers", node: process.version, name, perSecond, cpuPerAnswer, byRate, byCpu };
    if (values.json) console.log(JSON.stringify(line));
    else {
      const cells = [perSecond.toFixed(0).padStart(9), cpuPerAnswer.toFixed(0).padStart(15), `${byRate.toFixed(2)}×`.padStart(19), `${byCpu.toFixed(2)}×`.padStart(8)];
      tell(`${name.padEnd(36)}${cells.join(" ")}`);
    }
  }
}
