import { startCluster } from "./cluster.ts";
import type { Cluster, ClusterOptions } from "./cluster.ts";
import { reportRun } from "./cluster-report.ts";
import type { ClusterReport } from "./cluster-report.ts";
import { startTrial } from "./cluster-trial.ts";
import type { ClusterTrial, TrialLoad } from "./cluster-trial.ts";

/** What is tried, and on what. */
export interface TrialOptions
  extends Omit<ClusterOptions, "controls">, Pick<TrialLoad, "perSecond"> {
  /** Does something to the cluster under load. */
  readonly act: (trial: ClusterTrial) => Promise<void>;
  readonly onStep?: (step: string) => void;
  /** Ends it early, and everything that was started with it. */
  readonly signal?: AbortSignal;
}

/** So many lines of what each server said are told when a trial cannot go on. */
const LAST_LINES = 20;

/** Starts a cluster, tries it under load, and returns what that comes to. */
export async function runTrial(options: TrialOptions): Promise<ClusterReport> {
  const { onStep = () => undefined, perSecond, patience } = options;
  onStep("start");
  const cluster = await startCluster({ ...options, controls: 2 });
  try {
    const trial = startTrial(cluster, { perSecond, patience, onStep });
    try {
      await orAborted(options.act(trial), options.signal);
      return reportRun(await trial.finish());
    } finally {
      await trial.abandon();
    }
  } catch (error) {
    if (options.signal?.aborted !== true) tellWhatServersSaid(cluster, onStep);
    throw error;
  } finally {
    await cluster.close();
  }
}

/** Rejects with the signal's reason when that comes first. */
async function orAborted(acting: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([acting, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function tellWhatServersSaid(
  { controls, runtimes }: Cluster,
  onStep: (step: string) => void,
): void {
  for (const server of [...controls, ...runtimes]) {
    const lines = server.err().trimEnd().split("\n").slice(-LAST_LINES);
    for (const line of lines) onStep(`${server.name}: ${line}`);
  }
}
