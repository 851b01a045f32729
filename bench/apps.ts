/**
 * Many apps in one runtime, and many rules in one flow: how much memory they take, how long a start takes, and
 * whether answers take longer.
 *
 *   npm run bench:apps               1, 100, 1,000 and 10,000 apps; 10, 100, 1,000 and 10,000 rules
 *   npm run bench:apps -- --quick    a few of them, to see that it works
 *   npm run bench:apps -- --json     JSON lines only
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBenchWorld } from "./bench-world.ts";
import { canPin, startContender } from "./contenders.ts";
import { loadFor } from "./load.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    seconds: { type: "string" },
  },
});

/** Requests a second: a load at which nobody waits for a core. */
const PER_SECOND = 500;
const CONNECTIONS = 8;
/** How many different requests are sent in turn. */
const REQUESTS = 500;

const seconds = Number(values.seconds ?? (values.quick ? 2 : 15));
const cases = values.quick
  ? [
      { apps: 1, rules: 10 },
      { apps: 50, rules: 10 },
      { apps: 1, rules: 100 },
    ]
  : [
      { apps: 1, rules: 10 },
      { apps: 100, rules: 10 },
      { apps: 1000, rules: 10 },
      { apps: 10_000, rules: 10 },
      { apps: 1, rules: 100 },
      { apps: 1, rules: 1000 },
      { apps: 1, rules: 10_000 },
      { apps: 100, rules: 1000 },
    ];

const directory = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const bench = await createBenchWorld(directory);
try {
  const worldFile = join(directory, "world.json");
  await writeFile(worldFile, JSON.stringify(bench.description), { mode: 0o600 });
  tell(
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
  );
  tell(canPin ? "server on core 0, load from core 1" : "not pinned");
  tell(`${seconds} s each, ${PER_SECOND} requests a second over ${CONNECTIONS} connections\n`);
  tell("answers from their arrival to the response being ready");
  tell("  apps   rules   start, ms   memory, MiB   p50, ms   p99, ms   max, ms");
  for (const one of cases) await measure(one, worldFile);
} finally {
  await bench.close();
  await rm(directory, { recursive: true, force: true });
}

async function measure(
  { apps, rules }: { readonly apps: number; readonly rules: number },
  worldFile: string,
): Promise<void> {
  const server = await startContender(
    {
      name: `${apps} apps`,
      script: "many-apps.ts",
      env: { BENCH_APPS: String(apps), BENCH_RULES: String(rules), NODE_OPTIONS: "--expose-gc" },
    },
    worldFile,
  );
  try {
    const asked = Array.from({ length: REQUESTS }, (_, index) =>
      Math.floor((index * apps) / REQUESTS),
    );
    const load = async (duration: number) => {
      const requests = await bench.freshRequests(asked);
      return loadFor({
        url: server.url,
        requests,
        connections: CONNECTIONS,
        seconds: duration,
        perSecond: PER_SECOND,
      });
    };
    await load(Math.min(seconds, 3));
    await server.latency();
    const { answered, failed } = await load(seconds);
    if (failed > 0) throw new Error(`${failed} of ${answered} requests failed`);
    const memoryMiB = (await server.residentBytes()) / 1024 ** 2;
    const { p50, p99, max } = await server.latency();
    const line = { apps, rules, startMs: server.startMs ?? 0, memoryMiB, p50, p99, max };
    if (values.json) print(JSON.stringify({ bench: "apps", node: process.version, ...line }));
    const cells = [
      String(apps).padStart(6),
      String(rules).padStart(8),
      line.startMs.toFixed(0).padStart(12),
      memoryMiB.toFixed(0).padStart(14),
      ...[p50, p99, max].map((ms) => ms.toFixed(2).padStart(10)),
    ];
    tell(cells.join(""));
  } finally {
    server.stop();
  }
}

function tell(line: string): void {
  if (!values.json) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
