import { runBinary } from "../spawn-cli.ts";
import type { ClusterTrial } from "./cluster-trial.ts";

/** What is upgraded to, and how thoroughly. */
export interface UpgradeTrial {
  /** The release that the cluster began with. */
  readonly older: string;
  /** The release it is taken to; default this one. */
  readonly newer?: string | undefined;
  /** So many answers between two steps. */
  readonly between: number;
}

/**
 * Takes a cluster to another release under load: the database, then each control plane, then each runtime; then one
 * of each goes back again, on what the newer release has written.
 */
export async function tryUpgrade(
  trial: ClusterTrial,
  { older, newer, between }: UpgradeTrial,
): Promise<void> {
  const { cluster } = trial;
  await trial.answerMore(between);
  await trial.publish();
  await upgradeDatabase(trial, newer);
  await trial.answerMore(between);
  await trial.publish();
  for (const control of cluster.controls) {
    await trial.stopControl(control);
    await trial.publish();
    await trial.start(control, newer);
    await trial.publish();
  }
  for (const runtime of cluster.runtimes) {
    await trial.stopRuntime(runtime, "kept");
    await trial.answerMore(between);
    await trial.start(runtime, newer);
    await trial.publish();
  }
  await trial.answerMore(between);
  await trial.pauseAndResume();

  const [control, runtime] = [cluster.controls[0], cluster.runtimes[0]];
  if (control === undefined || runtime === undefined) throw new Error("expected a whole cluster");
  await trial.stopRuntime(runtime, "kept");
  await trial.start(runtime, older);
  await trial.publish();
  await trial.stopControl(control);
  await trial.start(control, older);
  await trial.publish();
  await trial.pauseAndResume();
  await trial.answerMore(between);
}

async function upgradeDatabase(trial: ClusterTrial, program: string | undefined): Promise<void> {
  const { runtimes, secrets } = trial.cluster;
  const startedAt = Date.now();
  const { code, err } = await runBinary(["upgrade-database"], {
    cwd: runtimes[0]?.cwd ?? ".",
    env: { HOLDFAST_DATABASE_URL: secrets.HOLDFAST_DATABASE_URL },
    ...(program === undefined ? {} : { program }),
  });
  if (code !== 0) throw new Error(`the database was not upgraded: ${err}`);
  trial.note("the database is upgraded", Date.now() - startedAt);
}
