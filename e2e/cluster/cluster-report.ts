import type { AnsweredRequest, FailedRequest } from "./paced-load.ts";
import type { Span } from "./server-process.ts";

/** Something that took time, as often as it was done. */
export interface Timed {
  readonly what: string;
  readonly times: readonly number[];
  /** What is promised, ms; nothing where it is only told. */
  readonly withinMs?: number;
}

/** When a process was killed, and its address as the proxy calls it. */
export interface Kill extends Span {
  readonly address: string;
}

/** What a run saw. */
export interface ClusterRun {
  readonly answered: readonly AnsweredRequest[];
  readonly failed: readonly FailedRequest[];
  /** Whether the machine may be too busy for a runtime to keep to its own budget of an answer. */
  readonly mayBeSlow: boolean;
  readonly kills: readonly Kill[];
  /** The request identifiers the database has, each as often as it is there. */
  readonly stored: readonly string[];
  /** How many decisions the database counted. */
  readonly counted: number;
  /** Answered requests of servers that were stopped, which were not there when these had ended. */
  readonly leftBehind: number;
  /** How the servers that were told to end did so. */
  readonly exitCodes: readonly (number | null)[];
  readonly timed: readonly Timed[];
}

/** One promise, and whether it was kept. */
export interface Promised {
  readonly promise: string;
  readonly measured: string;
  readonly kept: boolean;
}

/** What is told of a run. */
export interface ClusterReport {
  readonly answered: number;
  readonly lost: number;
  readonly failed: number;
  readonly failedBeyondKills: number;
  readonly duplicates: number;
  /** Requests that a second runtime was asked, too. */
  readonly askedAgain: number;
  /** Answers that took longer than the 700 ms Apple waits, and those that a runtime gave up for that. */
  readonly late: number;
  readonly promises: readonly Promised[];
  readonly kept: boolean;
}

/** How long Apple waits for an answer, ms. */
const APPLE_WAITS_MS = 700;

/** What a runtime says that has used its time up. */
const OVER_BUDGET = "503 BUDGET_EXCEEDED";

/** Returns what a run comes to. */
export function reportRun(run: ClusterRun): ClusterReport {
  const stored = new Set(run.stored);
  const lost = run.answered.filter(({ requestIdentifier }) => !stored.has(requestIdentifier));
  const slow = run.mayBeSlow ? run.failed.filter(({ why }) => why === OVER_BUDGET) : [];
  const failed = run.failed.filter((one) => !slow.includes(one));
  const beyond = failed.filter((one) => !run.kills.some((kill) => isInFlight(one, kill)));
  const duplicates = run.stored.length - stored.size + Math.abs(run.counted - stored.size);
  const promises: readonly Promised[] = [
    {
      promise: "every answered request is in the database",
      measured: `${run.answered.length} answered, ${lost.length} lost`,
      kept: run.answered.length > 0 && lost.length === 0,
    },
    {
      promise: "each is there and counted once",
      measured: `${stored.size} rows, ${run.counted} counted`,
      kept: duplicates === 0,
    },
    {
      promise: "no request fails but those in flight on a killed process",
      measured: `${failed.length} failed, ${beyond.length} beyond${reasonsOf(beyond)}`,
      kept: beyond.length === 0,
    },
    {
      promise: "who is stopped leaves no decision behind, and ends well",
      measured: `${run.leftBehind} left behind, exit codes ${run.exitCodes.join(", ")}`,
      kept: run.leftBehind === 0 && run.exitCodes.every((code) => code === 0),
    },
    ...run.timed.map(promiseOf),
  ];
  return {
    answered: run.answered.length,
    lost: lost.length,
    failed: failed.length,
    failedBeyondKills: beyond.length,
    duplicates,
    askedAgain: run.answered.filter(({ asked }) => asked.length > 1).length,
    late: slow.length + run.answered.filter(({ ms }) => ms > APPLE_WAITS_MS).length,
    promises,
    kept: promises.every(({ kept }) => kept),
  };
}

/** Returns a report as lines of text. */
export function renderReport(report: ClusterReport): readonly string[] {
  const { answered, lost, failed, askedAgain, late, promises, kept } = report;
  const rows = promises.map(({ promise, measured, kept: isKept }) => [
    isKept ? "kept" : "BROKEN",
    promise,
    measured,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `${answered} answered, ${lost} lost, ${failed} failed; ${askedAgain} asked of a second runtime, ${late} after more than ${APPLE_WAITS_MS} ms`,
    ...rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")),
    kept ? "all promises were kept" : "a promise was broken",
  ];
}

function promiseOf({ what, times, withinMs }: Timed): Promised {
  const sorted = times.toSorted((a, b) => a - b);
  const max = sorted.at(-1) ?? 0;
  const p50 = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const measured =
    sorted.length === 1 ? `${max} ms` : `p50 ${p50} ms, max ${max} ms of ${sorted.length}`;
  if (withinMs === undefined) return { promise: what, measured, kept: true };
  return {
    promise: `${what} within ${withinMs / 1000} s`,
    measured,
    kept: sorted.length > 0 && max <= withinMs,
  };
}

function isInFlight({ from, until, asked }: FailedRequest, kill: Kill): boolean {
  return from <= kill.until && until >= kill.from && asked.includes(kill.address);
}

function reasonsOf(failed: readonly FailedRequest[]): string {
  const reasons = [...new Set(failed.map(({ why }) => why))];
  return reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
}
