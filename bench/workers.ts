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
import { median } from "./median.ts";
import { measureRates, renderRates, summarizeRates } from "./rates.ts";
import type { RatedServer } from "./rates.ts";
import {
  holdfastWorker,
  minimalWorker,
  runWorker,
  startWorkerServices,
} from "./worker-contenders.ts";
import type { WorkerContender } from "./worker-contenders.ts";

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

/** What the Worker may weigh, compressed. */
const BUDGET_KIB = 40;

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
const results: RatedServer[] = [];
try {
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(
    canPin ? "servers on core 0, load from core 1" : "not pinned: that takes two cores and taskset",
  );
  reportSize();
  await reportColdStarts([holdfast, minimal]);
  await rate();
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

async function rate(): Promise<void> {
  const node = { name: "holdfast, Node", script: "holdfast.ts" };
  const running = [
    await runWorker(holdfast),
    await runWorker(minimal),
    await startContender(node, worldFile),
  ];
  for (const server of running) results.push({ ...server, rates: [], costs: [] });
  tell(`\n${rounds} rounds of ${seconds} s each, ${connections} connections\n`);
  await measureRates(results, { bench, rounds, seconds, connections });
}

function reportRates(): void {
  const all = summarizeRates(results);
  if (values.json) {
    for (const line of all) {
      print(JSON.stringify({ bench: "workers", node: process.version, ...line }));
    }
  }
  for (const line of renderRates(all, "the Worker's")) tell(line);
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
