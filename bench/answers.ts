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
import { measureRates, renderRates, summarizeRates } from "./rates.ts";
import type { RatedServer } from "./rates.ts";

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

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const bench = await createBenchWorld(directory);
const results: RatedServer[] = [];
try {
  await startAll(bench);
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(
    canPin ? "servers on core 0, load from core 1" : "not pinned: that takes two cores and taskset",
  );
  tell(`${rounds} rounds of ${seconds} s each, ${connections} connections\n`);
  await measureRates(results, { bench, rounds, seconds, connections });
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

function report(): void {
  const all = summarizeRates(results);
  if (values.json) {
    for (const line of all) {
      print(JSON.stringify({ bench: "answers", node: process.version, ...line }));
    }
  }
  for (const line of renderRates(all, "Holdfast's")) tell(line);
}

function tell(line: string): void {
  if (!values.json) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
