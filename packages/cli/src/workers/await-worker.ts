import type { PublicationRecord } from "@holdfast/runtime/wire";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, Options, OptionSpec } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { parseDurationMs } from "../storekit/duration.ts";
import { sayProgress } from "../storekit/progress.ts";
import { createStyle, printable } from "../style.ts";
import { findWorkerUrl, readWorkerHealth } from "./worker-health.ts";

/** Longer than a namespace takes to show a change everywhere. */
const MAX_WAIT_MS = 120_000;
const DEFAULT_WAIT = "2m";

/** How often is looked. */
const INTERVAL_MS = 1000;

/** Whether, and how long, the Worker is waited for. */
export const WORKER_WAIT_OPTIONS: readonly OptionSpec[] = [
  { flags: "--no-wait", description: "do not wait until the Worker at --url answers by it" },
  {
    flags: "--timeout <duration>",
    description: `how long to wait for it, 2m at most (default: ${DEFAULT_WAIT})`,
  },
];

/** How far a publication came. */
export interface WorkerArrival {
  readonly url: string;
  readonly arrived: boolean;
  /** How long it was waited, in ms. */
  readonly waitedMs: number;
  /** What it answers by instead, or why it does not answer. */
  readonly shows?: string;
}

/** Waits as long as it was asked for. */
export type WorkerWait = (record: PublicationRecord) => Promise<WorkerArrival | undefined>;

/**
 * Reads how the Worker is to be waited for before anything is done, and returns what waits so; without
 * `--url`, or with `--no-wait`, that returns undefined at once.
 *
 * @throws UsageError `OPTION_INVALID`, `SERVER_INVALID`
 */
export function readWorkerWait(options: Options, io: Io): WorkerWait {
  const timeoutMs = parseDurationMs(options.text("timeout") ?? DEFAULT_WAIT, "--timeout");
  if (timeoutMs > MAX_WAIT_MS) {
    throw new UsageError("OPTION_INVALID", "--timeout: expected 2m at most");
  }
  const url = findWorkerUrl(options);
  if (url === undefined || !options.flag("wait")) return async () => undefined;
  return (record) =>
    heedingInterruption(io, async () => {
      try {
        return await awaitWorker(url, record, { timeoutMs, io });
      } catch (cause) {
        if (!io.signal.aborted) throw cause;
        const advice =
          "it is in the namespace, and the Worker takes it by itself: holdfast workers status";
        throw new CommandFailed("INTERRUPTED", "stopped waiting for the Worker", { advice, cause });
      }
    });
}

async function awaitWorker(
  url: string,
  record: PublicationRecord,
  { timeoutMs, io }: { readonly timeoutMs: number; readonly io: Io },
): Promise<WorkerArrival> {
  const startedAt = io.now();
  for (;;) {
    const { ok, snapshot, reason } = await readWorkerHealth(url, record, io);
    const waitedMs = io.now() - startedAt;
    if (ok && snapshot === record.label) return { url, arrived: true, waitedMs };
    const shows = snapshot ?? reason ?? "nothing";
    if (waitedMs >= timeoutMs) return { url, arrived: false, waitedMs, shows };
    sayProgress(io, `${url} shows: ${printable(shows)}`);
    await io.sleep(INTERVAL_MS, io.signal);
  }
}

/** Renders for people whether the Worker answers by a publication. */
export function renderWorkerArrival(
  { url, arrived, waitedMs, shows }: WorkerArrival,
  io: Pick<Io, "colors">,
): string {
  const style = createStyle(io);
  const after = `after ${(waitedMs / 1000).toFixed(1)} s`;
  return arrived
    ? style.green(`${url} answers by it ${after}; elsewhere within 90 s`)
    : style.yellow(
        `${url} does not answer by it ${after}; instead: ${printable(shows ?? "nothing")}; look again: holdfast workers status --url ${url}`,
      );
}
