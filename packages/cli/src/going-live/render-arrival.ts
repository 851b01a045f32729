import type { Io } from "../command.ts";
import { createStyle, printable } from "../style.ts";
import type { Arrival, LateRuntime } from "./await-runtimes.ts";
import type { WrittenForWorkers } from "./written-for-workers.ts";

/** Renders for people which of the connected runtimes answer by something, and how long that took. */
export function renderArrival(arrival: Arrival, io: Pick<Io, "colors" | "now">): readonly string[] {
  const { connected, workers } = arrival;
  return [
    // Whose requests Workers answer may well have no runtime.
    ...(connected === 0 && workers !== undefined ? [] : renderRuntimes(arrival, io)),
    ...(workers === undefined ? [] : [renderWorkers(workers, io)]),
  ];
}

function renderRuntimes(
  { connected, arrived, late, waitedMs }: Arrival,
  io: Pick<Io, "colors" | "now">,
): readonly string[] {
  const style = createStyle(io);
  if (connected === 0) {
    return [
      style.yellow("no runtime is connected: it counts once one is (holdfast runtimes list)"),
    ];
  }
  const runtimes =
    connected === 1
      ? "the connected runtime answers"
      : `all ${connected} connected runtimes answer`;
  const after = `after ${(waitedMs / 1000).toFixed(1)} s`;
  if (late.length === 0) return [style.green(`${runtimes} by it ${after}`)];
  return [
    style.yellow(`${arrived} of ${connected} connected runtimes answer by it ${after}; not yet:`),
    ...late.map((runtime) => `  ${sayLate(runtime, io)}`),
  ];
}

function renderWorkers({ isWritten, problem }: WrittenForWorkers, io: Pick<Io, "colors">): string {
  const style = createStyle(io);
  if (isWritten) return style.green("written for Workers: every one answers by it within 90 s");
  const why = problem === undefined ? "" : ` (${printable(problem)})`;
  return style.yellow(
    `not yet written for Workers${why}; the control plane goes on trying: holdfast workers status`,
  );
}

function sayLate({ id, reportedAt, problem }: LateRuntime, { now }: Pick<Io, "now">): string {
  const seconds = Math.max(0, Math.round((now() - reportedAt) / 1000));
  const why = problem === undefined ? "" : `, which says ${printable(problem)}`;
  return `${id}${why}, last heard of ${seconds} s ago`;
}
