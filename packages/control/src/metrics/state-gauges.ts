import { Gauge } from "prom-client";
import type { Registry } from "prom-client";
import { runtimeLags } from "./runtime-lags.ts";
import type { ControlState } from "./control-state.ts";

/** One value under its labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge over the state of a scrape. */
interface GaugeShape {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly samplesOf: (state: ControlState, now: number) => readonly Sample[];
}

const PLACE = ["app", "environment"] as const;

const GAUGES: readonly GaugeShape[] = [
  {
    name: "holdfast_control_jobs_due",
    help: "Jobs that are due and that nobody does yet.",
    labelNames: ["kind"],
    samplesOf: ({ dueJobs }) =>
      dueJobs.map(({ kind, count }) => ({ labels: { kind }, value: count })),
  },
  {
    name: "holdfast_control_job_oldest_due_seconds",
    help: "For how long the oldest due job of a kind has been waiting.",
    labelNames: ["kind"],
    samplesOf: ({ dueJobs }, now) =>
      dueJobs.map(({ kind, dueSince }) => ({
        labels: { kind },
        value: secondsSince(dueSince, now),
      })),
  },
  {
    name: "holdfast_control_publication_sequence",
    help: "Sequence of what is live.",
    labelNames: PLACE,
    samplesOf: ({ live }) => live.map(sequenceSample),
  },
  {
    name: "holdfast_control_stop_list_sequence",
    help: "Sequence of the stop list in force.",
    labelNames: PLACE,
    samplesOf: ({ stopLists }) => stopLists.map(sequenceSample),
  },
  {
    name: "holdfast_control_runtimes",
    help: "Runtimes that report that they answer for an app and environment.",
    labelNames: PLACE,
    samplesOf: (state) => lagSamples(state, "runtimes"),
  },
  {
    name: "holdfast_control_runtimes_behind",
    help: "Of these, those that have an older publication or stop list than is in force.",
    labelNames: PLACE,
    samplesOf: (state) => lagSamples(state, "behind"),
  },
  {
    name: "holdfast_control_runtime_lag_sequences",
    help: "By how many publications the runtime furthest behind is behind.",
    labelNames: PLACE,
    samplesOf: (state) => lagSamples(state, "furthest"),
  },
  {
    name: "holdfast_control_runtime_problems",
    help: "Runtimes that refuse what was published, or have nothing.",
    labelNames: PLACE,
    samplesOf: (state) => lagSamples(state, "problems"),
  },
  {
    name: "holdfast_control_catalog_age_seconds",
    help: "Time since the catalog was last read whole from App Store Connect.",
    labelNames: ["app"],
    samplesOf: ({ catalog }, now) =>
      catalog.syncs.flatMap(({ app, succeededAt }) =>
        succeededAt === null ? [] : [{ labels: { app }, value: secondsSince(succeededAt, now) }],
      ),
  },
  {
    name: "holdfast_control_catalog_sync_failed",
    help: "1 while the last sync of the catalog failed.",
    labelNames: ["app"],
    samplesOf: ({ catalog }) =>
      catalog.syncs.map(({ app, state }) => ({
        labels: { app },
        value: state === "failed" ? 1 : 0,
      })),
  },
  {
    name: "holdfast_control_catalog_problems",
    help: "What is wrong with a catalog, or changed in it, and is listed.",
    labelNames: ["app"],
    samplesOf: ({ catalog }) =>
      catalog.problems.map(({ app, count }) => ({ labels: { app }, value: count })),
  },
  {
    name: "holdfast_control_review_age_seconds",
    help: "Time since Apple last told its review states.",
    labelNames: PLACE,
    samplesOf: ({ catalog }, now) =>
      catalog.polls.flatMap(({ app, environment, seenAt }) =>
        seenAt === null ? [] : [{ labels: { app, environment }, value: secondsSince(seenAt, now) }],
      ),
  },
  {
    name: "holdfast_control_webhook_deliveries",
    help: "Deliveries of webhooks that wait for another attempt, or failed and are still listed.",
    labelNames: ["state"],
    samplesOf: ({ deliveries: { waiting, failed } }) => [
      { labels: { state: "waiting" }, value: waiting },
      { labels: { state: "failed" }, value: failed },
    ],
  },
  {
    name: "holdfast_control_webhook_oldest_waiting_seconds",
    help: "For how long the oldest delivery has been waiting; 0 when none does.",
    labelNames: [],
    samplesOf: ({ deliveries: { waitingSince } }, now) => [
      { labels: {}, value: waitingSince === null ? 0 : secondsSince(waitingSince, now) },
    ],
  },
  {
    name: "holdfast_control_statuses_paused",
    help: "1 while Apple is asked for no statuses, because it said so or does not accept the key.",
    labelNames: PLACE,
    samplesOf: ({ statusQueues }, now) =>
      statusQueues.map(({ app, environment, pausedUntil }) => ({
        labels: { app, environment },
        value: (pausedUntil ?? 0) > now ? 1 : 0,
      })),
  },
  {
    name: "holdfast_control_statuses_rate",
    help: "Statuses fetched per second when there was last work.",
    labelNames: PLACE,
    samplesOf: ({ statusQueues }) =>
      statusQueues.flatMap(({ app, environment, rate }) =>
        rate === null ? [] : [{ labels: { app, environment }, value: rate }],
      ),
  },
  {
    name: "holdfast_control_imports_waiting",
    help: "Imported ids that Apple was not asked about yet.",
    labelNames: PLACE,
    samplesOf: ({ statusQueues }) =>
      statusQueues.map(({ app, environment, importsWaiting }) => ({
        labels: { app, environment },
        value: importsWaiting,
      })),
  },
  {
    name: "holdfast_control_decisions_lost",
    help: "Decisions of the last seven days that hosts without a disk made and that never came.",
    labelNames: [...PLACE, "host"],
    samplesOf: ({ losses }) =>
      losses.map(({ app, environment, host, lost }) => ({
        labels: { app, environment, host },
        value: lost,
      })),
  },
];

/**
 * Makes the gauges of what the database holds, and returns what shows a state in them; without one they
 * show nothing, for old figures would look like new ones. Labels are ids of apps that exist, and words of
 * ours.
 */
export function createStateGauges(
  registry: Registry,
): (state: ControlState | undefined, now: number) => void {
  const gauges = GAUGES.map(({ name, help, labelNames, samplesOf }) => ({
    gauge: new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] }),
    samplesOf,
  }));
  return (state, now) => {
    for (const { gauge, samplesOf } of gauges) {
      gauge.reset();
      if (state === undefined) {
        // One without labels is 0 again, not gone.
        gauge.remove({});
        continue;
      }
      for (const { labels, value } of samplesOf(state, now)) gauge.set(labels, value);
    }
  };
}

function secondsSince(time: number, now: number): number {
  return Math.max(0, now - time) / 1000;
}

function sequenceSample({ app, environment, sequence }: ControlState["live"][number]): Sample {
  return { labels: { app, environment }, value: sequence };
}

function lagSamples(
  state: ControlState,
  figure: "runtimes" | "behind" | "furthest" | "problems",
): readonly Sample[] {
  return runtimeLags(state).map((lag) => ({
    labels: { app: lag.app, environment: lag.environment },
    value: lag[figure],
  }));
}
