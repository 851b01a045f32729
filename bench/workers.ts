/**
 * The Worker in the real workerd: its size, answers per second on one core beside a minimal Worker that only
 * verifies and signs and beside the Node host, in one run, and how long a cold one takes to its first answer.
 *
 *   npm run bench:workers               three rounds of five seconds each, and ten cold starts
 *   npm run bench:workers -- --quick    one short round, to see that it works
 *   npm run bench:workers -- --json     JSON lines only
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBenchWorld } from "./bench-world.ts";
import { canPin, startContender } from "./contenders.ts";
import { loadFor } from "./load.ts";
import { median } from "./median.ts";
import {
  holdfastWorker,
  minimalWorker,
  runWorker,
  startWorkerServices,
} from "./worker-contenders.ts";
import type { MeasuredServer, WorkerContender } from "./worker-contenders.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    seconds: { type: "string" },
    rounds: { type: "string" },
    starts: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 5));
const starts = Number(values.starts ?? (values.quick ? 2 : 10));
const connections = 16;

/** What the Worker may weigh: issue E's aim. */
const BUDGET_KIB = 40;

interface Result extends MeasuredServer {
  /** Answers per second, a round each. */
  readonly rates: number[];
  /** Processor time per answer in microseconds, a round each. */
  readonly costs: number[];
}

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const bench = await createBenchWorld(directory);
const { description: world, path } = bench;
const worldFile = join(directory, "world.json");
await writeFile(worldFile, JSON.stringify(world), { mode: 0o600 });
const made = await holdfastWorker(world);
const services = await startWorkerServices(world.app, made.live);
const holdfast = made.contender(services);
const [firstBody = ""] = await bench.freshBodies();
const minimal = await minimalWorker(world, firstBody);
const results: Result[] = [];
try {
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(
    canPin ? "servers on core 0, load from core 1" : "not pinned: that takes two cores and taskset",
  );
  reportSize();
  await reportColdStarts([holdfast, minimal]);
  await measureRates();
  reportRates();
} finally {
  for (const result of results) result.stop();
  await services.close();
  await bench.close();
  await rm(directory, { recursive: true, force: true });
}

function reportSize(): void {
  const kib = (holdfast.gzippedBytes ?? 0) / 1024;
  const line = { bench: "workers", gzippedKib: kib, budgetKib: BUDGET_KIB };
  if (values.json) print(JSON.stringify(line));
  tell(
    `\nthe Worker: ${kib.toFixed(1)} KiB gzipped, with its configuration (budget ${BUDGET_KIB} KiB)`,
  );
}

/** From nothing to listening, and the first request after that: it loads what is published and a chain nobody knows. */
async function reportColdStarts(contenders: readonly WorkerContender[]): Promise<void> {
  tell(
    `\ncold, median of ${starts}:${" ".repeat(18)}start to listening   first answer   second answer   start to first answer`,
  );
  for (const { name, start } of contenders) {
    const [up, first, second]: [number[], number[], number[]] = [[], [], []];
    const [body = "", again = ""] = await bench.freshBodies();
    for (let started = 0; started < starts; started += 1) {
      const startedAt = performance.now();
      const workerd = await start();
      up.push(performance.now() - startedAt);
      first.push(await timeOf(workerd.url, body));
      second.push(await timeOf(workerd.url, again));
      await workerd.stop();
    }
    const line = { upMs: median(up), firstMs: median(first), secondMs: median(second) };
    if (values.json) print(JSON.stringify({ bench: "workers", cold: name, ...line }));
    const toFirst = median(up.map((upMs, index) => upMs + (first[index] ?? 0)));
    const cells = [
      milliseconds(line.upMs, 20),
      milliseconds(line.firstMs, 15),
      milliseconds(line.secondMs, 16),
      milliseconds(toFirst, 24),
    ];
    tell(name.padEnd(36) + cells.join(""));
  }
}

async function timeOf(url: string, body: string): Promise<number> {
  const askedAt = performance.now();
  const headers = { "content-type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body });
  await response.text();
  if (!response.ok) throw new Error(`the first request was answered with ${response.status}`);
  return performance.now() - askedAt;
}

async function measureRates(): Promise<void> {
  const node = { name: "holdfast, Node", script: "holdfast.ts" };
  const running = [
    await runWorker(holdfast),
    await runWorker(minimal),
    await startContender(node, worldFile),
  ];
  for (const server of running) results.push({ ...server, rates: [], costs: [] });
  tell(`\n${rounds} rounds of ${seconds} s each, ${connections} connections\n`);
  for (const result of results) await measure(result, Math.min(seconds, 2));
  for (let round = 0; round < rounds; round += 1) {
    for (const result of results) {
      const { rate, cost } = await measure(result, seconds);
      result.rates.push(rate);
      result.costs.push(cost);
    }
  }
}

async function measure(
  server: MeasuredServer,
  duration: number,
): Promise<{ readonly rate: number; readonly cost: number }> {
  const bodies = await bench.freshBodies();
  const before = await server.cpuMicroseconds();
  const load = { url: `${server.url}${path}`, bodies, connections, seconds: duration };
  const { answered, failed, perSecond } = await loadFor(load);
  const used = (await server.cpuMicroseconds()) - before;
  if (failed > 0) throw new Error(`${server.name}: ${failed} of ${answered} requests failed`);
  return { rate: perSecond, cost: used / answered };
}

function reportRates(): void {
  const [own] = results;
  tell(`${" ".repeat(36)}answers/s   CPU µs/answer   the Worker's rate is   its CPU time is`);
  for (const { name, rates, costs } of results) {
    const answersPerSecond = median(rates);
    const cpuMicroseconds = median(costs);
    const rateRatio = median(own?.rates ?? []) / answersPerSecond;
    const cpuRatio = median(own?.costs ?? []) / cpuMicroseconds;
    const line = { name, answersPerSecond, cpuMicroseconds, rateRatio, cpuRatio };
    if (values.json) print(JSON.stringify({ bench: "workers", node: process.version, ...line }));
    const cells = [
      name.padEnd(36),
      answersPerSecond.toFixed(0).padStart(9),
      cpuMicroseconds.toFixed(0).padStart(16),
      `${rateRatio.toFixed(2)}×`.padStart(23),
      `${cpuRatio.toFixed(2)}×`.padStart(18),
    ];
    tell(cells.join(""));
  }
}

function milliseconds(value: number, width: number): string {
  return `${value.toFixed(1)} ms`.padStart(width);
}

function tell(line: string): void {
  if (!values.json) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
