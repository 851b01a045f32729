import type { Bench } from "./bench-world.ts";
import type { RunningContender } from "./contenders.ts";
import { loadFor } from "./load.ts";
import { median } from "./median.ts";

/** A server that can be asked, and whose processor time can be read. */
export type MeasuredServer = Pick<RunningContender, "name" | "url" | "cpuMicroseconds" | "stop">;

/** A server, and what was measured of it. */
export interface RatedServer extends MeasuredServer {
  /** Answers per second, a round each. */
  readonly rates: number[];
  /** Processor time per answer in microseconds, a round each. */
  readonly costs: number[];
}

/** Who asks, and for how long. */
export interface RateRounds {
  readonly bench: Bench;
  readonly rounds: number;
  /** Of each server in each round. */
  readonly seconds: number;
  readonly connections: number;
}

/** Measures servers in turn, round for round, after a warm-up each; throws when a request fails. */
export async function measureRates(
  servers: readonly RatedServer[],
  { rounds, seconds, ...load }: RateRounds,
): Promise<void> {
  for (const server of servers) await measure(server, { ...load, seconds: Math.min(seconds, 2) });
  for (let round = 0; round < rounds; round += 1) {
    for (const server of servers) {
      const { rate, cost } = await measure(server, { ...load, seconds });
      server.rates.push(rate);
      server.costs.push(cost);
    }
  }
}

async function measure(
  server: MeasuredServer,
  { bench, connections, seconds }: Omit<RateRounds, "rounds">,
): Promise<{ readonly rate: number; readonly cost: number }> {
  const bodies = await bench.freshBodies();
  const before = await server.cpuMicroseconds();
  const load = { url: `${server.url}${bench.path}`, bodies, connections, seconds };
  const { answered, failed, perSecond } = await loadFor(load);
  const used = (await server.cpuMicroseconds()) - before;
  if (failed > 0) throw new Error(`${server.name}: ${failed} of ${answered} requests failed`);
  return { rate: perSecond, cost: used / answered };
}

/** What was measured of a server, as medians, and how the first one compares with it. */
export interface ServerRates {
  readonly name: string;
  readonly answersPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly rateRatio: number;
  readonly cpuRatio: number;
}

/** Returns what was measured of each server. */
export function summarizeRates(servers: readonly RatedServer[]): readonly ServerRates[] {
  const [own] = servers;
  return servers.map(({ name, rates, costs }) => {
    const answersPerSecond = median(rates);
    const cpuMicroseconds = median(costs);
    return {
      name,
      answersPerSecond,
      cpuMicroseconds,
      rateRatio: median(own?.rates ?? []) / answersPerSecond,
      cpuRatio: median(own?.costs ?? []) / cpuMicroseconds,
    };
  });
}

/** Renders a table of what was measured; `owner` is how the first one is called, like `Holdfast's`. */
export function renderRates(all: readonly ServerRates[], owner: string): readonly string[] {
  const head = `${owner} rate is`;
  const rows = all.map(({ name, answersPerSecond, cpuMicroseconds, rateRatio, cpuRatio }) => [
    name.padEnd(36),
    answersPerSecond.toFixed(0).padStart(9),
    cpuMicroseconds.toFixed(0).padStart(16),
    `${rateRatio.toFixed(2)}×`.padStart(head.length + 3),
    `${cpuRatio.toFixed(2)}×`.padStart(18),
  ]);
  return [
    `${" ".repeat(36)}answers/s   CPU µs/answer   ${head}   its CPU time is`,
    ...rows.map((cells) => cells.join("")),
  ];
}
