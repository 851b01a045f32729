import type { Cluster } from "./cluster.ts";
import type { ControlProcess } from "./cluster-servers.ts";
import type { ClusterTrial } from "./cluster-trial.ts";
import { jobRunsOf, until } from "./observe.ts";

/** How thoroughly replicas are tried. */
export interface ReplicaTrial {
  /** So many answers between two faults. */
  readonly between: number;
  /** Whether it is waited until what a killed control plane was doing is somebody else's: up to a minute. */
  readonly leases: boolean;
}

/** A job that its process did not end is another's after a minute; it is looked for once a second. */
const LEASE_MS = 60_000 + 5000;

/** How soon others' jobs go on, ms. */
const JOBS_GO_ON_MS = 10_000;

/** What a job does that has always more to do: it asks Apple about subscribers. */
const STATUS_PATH = /\/inApps\/v1\/subscriptions\//;

/** Kills, stops and starts each kind of process once under load, and publishes throughout. */
export async function tryReplicas(
  trial: ClusterTrial,
  { between, leases }: ReplicaTrial,
): Promise<void> {
  const { cluster } = trial;
  const [killed, stopped] = cluster.runtimes;
  if (killed === undefined || stopped === undefined) throw new Error("expected two runtimes");
  await trial.answerMore(between);
  await trial.publish();
  await trial.pauseAndResume();

  await trial.kill(killed);
  await trial.answerMore(between);
  await trial.publish();
  await trial.start(killed);
  await trial.publish();
  await trial.answerMore(between);

  await trial.stopRuntime(stopped, "wiped");
  await trial.answerMore(between);
  await trial.start(stopped);
  await trial.answerMore(between);

  cluster.nginx.reload();
  await trial.answerMore(between);

  await cluster.database.dropConnections();
  await trial.publish();
  await trial.answerMore(between);

  const holder = await findHolder(cluster);
  const other = otherThan(cluster, holder);
  const runsBefore = await jobRunsOf(other);
  const asksBefore = statusAsksOf(other);
  await trial.kill(holder);
  const killedAt = Date.now();
  await trial.publish();
  const wentOn = await until("jobs go on", LEASE_MS, async () => {
    return (await jobRunsOf(other)) > runsBefore;
  });
  trial.note("other jobs go on beside a killed control plane", wentOn - killedAt, JOBS_GO_ON_MS);
  if (leases) {
    const moved = await until("the lease moves", LEASE_MS + JOBS_GO_ON_MS, () =>
      Promise.resolve(statusAsksOf(other) > asksBefore),
    );
    trial.note("what a killed control plane was doing goes on", moved - killedAt, LEASE_MS);
  }
  await trial.start(holder);
  await trial.answerMore(between);

  await trial.stopControl(other);
  await trial.publish();
  await trial.start(other);
  await trial.answerMore(between);
}

/** Returns the control plane that does the job which never ends: the one that asked Apple last. */
async function findHolder({ controls }: Cluster): Promise<ControlProcess> {
  const before = new Map(controls.map((control) => [control, statusAsksOf(control)]));
  let holder: ControlProcess | undefined;
  await until("somebody asks Apple about subscribers", LEASE_MS, () => {
    holder = controls.find((control) => statusAsksOf(control) > (before.get(control) ?? 0));
    return Promise.resolve(holder !== undefined);
  });
  if (holder === undefined) throw new Error("nobody asks Apple about subscribers");
  return holder;
}

function otherThan({ controls }: Cluster, one: ControlProcess): ControlProcess {
  const other = controls.find((control) => control !== one);
  if (other === undefined) throw new Error("expected two control planes");
  return other;
}

function statusAsksOf({ appStore }: ControlProcess): number {
  return appStore.seen.filter(({ path }) => STATUS_PATH.test(path)).length;
}
