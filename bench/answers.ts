/**
 * Answers per second on one core, offer signed, chain known: Holdfast beside a minimal handler and
 * Apple's library, interleaved in one run.
 *
 *   npm run bench                    three rounds of five seconds each
 *   npm run bench -- --quick         one short round, to see that it works
 *   npm run bench -- --only minimal  beside those whose name matches
 *   npm run bench -- --json          JSON lines only
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBenchWorld } from "./bench-world.ts";
import type { Bench } from "./bench-world.ts";
import { canPin, CONTENDERS, startContender } from "./contenders.ts";
import type { RunningContender } from "./contenders.ts";
import { loadFor } from "./load.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    seconds: { type: "string" },
    rounds: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 5));
const connections = 16;

interface Result extends RunningContender {
  /** Answers per second, a round each. */
  readonly rates: number[];
  /** Processor time per answer in microseconds, a round each. */
  readonly costs: number[];
}

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const bench = await createBenchWorld(directory);
const results: Result[] = [];
try {
  await startAll(bench);
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(
    canPin ? "servers on core 0, load from core 1" : "not pinned: that takes two cores and taskset",
  );
  tell(`${rounds} rounds of ${seconds} s each, ${connections} connections\n`);
  for (const result of results) await measure(result, Math.min(seconds, 2));
  for (let round = 0; round < rounds; round += 1) {
    for (const result of results) {
      const { rate, cost } = await measure(result, seconds);
      result.rates.push(rate);
      result.costs.push(cost);
    }
  }
  report();
} finally {
  for (const result of results) result.stop();
  await bench.close();
  await rm(directory, { recursive: true, force: true });
}

async function startAll({ description }: Bench): Promise<void> {
  const worldFile = join(directory, "world.json");
  await writeFile(worldFile, JSON.stringify(description), { mode: 0o600 });
  const [own, ...others] = CONTENDERS;
  const wanted = others.filter(({ name }) => name.includes(values.only));
  for (const contender of own === undefined ? wanted : [own, ...wanted]) {
    results.push({ ...(await startContender(contender, worldFile)), rates: [], costs: [] });
  }
}

async function measure(
  server: RunningContender,
  duration: number,
): Promise<{ readonly rate: number; readonly cost: number }> {
  const bodies = await bench.freshBodies();
  const before = await server.cpuMicroseconds();
  const load = { url: `${server.url}${bench.path}`, bodies, connections, seconds: duration };
  const { answered, failed, perSecond } = await loadFor(load);
  const used = (await server.cpuMicroseconds()) - before;
  if (failed > 0) throw new Error(`${server.name}: ${failed} of ${answered} requests failed`);
  return { rate: perSecond, cost: used / answered };
}

function report(): void {
  const [own] = results;
  tell(`${" ".repeat(36)}answers/s   CPU µs/answer   Holdfast's rate is   its CPU time is`);
  for (const { name, rates, costs } of results) {
    const answersPerSecond = median(rates);
    const cpuMicroseconds = median(costs);
    const rateRatio = median(own?.rates ?? []) / answersPerSecond;
    const cpuRatio = median(own?.costs ?? []) / cpuMicroseconds;
    const line = { name, answersPerSecond, cpuMicroseconds, rateRatio, cpuRatio };
    if (values.json) print(JSON.stringify({ bench: "answers", node: process.version, ...line }));
    const cells = [
      name.padEnd(36),
      answersPerSecond.toFixed(0).padStart(9),
      cpuMicroseconds.toFixed(0).padStart(16),
      `${rateRatio.toFixed(2)}×`.padStart(21),
      `${cpuRatio.toFixed(2)}×`.padStart(18),
    ];
    tell(cells.join(""));
  }
}

function tell(line: string): void {
  if (!values.json) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
