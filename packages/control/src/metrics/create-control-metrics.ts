import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { RequestReport } from "../http/index.ts";
import type { JobReport } from "../jobs/index.ts";
import type { Database } from "../storage/index.ts";
import { readControlState } from "./control-state.ts";
import type { ControlState } from "./control-state.ts";
import { createJobMetrics } from "./job-metrics.ts";
import { createRequestMetrics } from "./request-metrics.ts";
import { createStateGauges } from "./state-gauges.ts";

/** What metrics are read from at the time of a scrape. */
export interface ControlMetricsMeans {
  readonly database: Database;
  /** How many listen for changes in this process; default: not shown. */
  readonly changeListeners?: (() => number) | undefined;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: (() => number) | undefined;
  /** How long a scrape waits for the database, ms; default 5,000: Prometheus waits ten seconds. */
  readonly timeoutMs?: number;
}

/** The control plane's metrics. */
export interface ControlMetrics {
  /** Takes the report of an answered request. Never throws. */
  readonly countRequest: (report: RequestReport) => void;
  /** Takes the report of a job's run. Never throws. */
  readonly countJob: (report: JobReport) => void;
  /** Returns Prometheus' text format. Never rejects because of the database. */
  readonly render: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

/** What all names begin with, so that the text may follow a runtime's in one answer. */
const PREFIX = "holdfast_control_";

const TIMEOUT_MS = 5000;

/**
 * Makes the control plane's metrics in a registry of their own: what this process or thread did, and what
 * the database holds, which is read at each scrape. While the database does not answer in time,
 * `holdfast_control_database_up` is 0 and what would come from it is left out.
 */
export function createControlMetrics(means: ControlMetricsMeans): ControlMetrics {
  const { database, now = Date.now, timeoutMs = TIMEOUT_MS } = means;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const showState = createStateGauges(registry);
  const up = createUpGauge(registry);
  addConnectionGauge(registry, database);
  addListenerGauge(registry, means);
  let rendering: Promise<string> | undefined;

  async function renderOnce(): Promise<string> {
    const state = await readInTime(() => readControlState(database.queries, now()), timeoutMs);
    up.set(state === undefined ? 0 : 1);
    showState(state, now());
    return registry.metrics();
  }

  return {
    countRequest: createRequestMetrics(registry),
    countJob: createJobMetrics(registry),
    async render() {
      // Two scrapes at once get the same, and the gauges of one are not changed under the other.
      rendering ??= renderOnce().finally(() => {
        rendering = undefined;
      });
      return { contentType: registry.contentType, body: await rendering };
    },
  };
}

function createUpGauge(registry: Registry): Gauge {
  return new Gauge({
    name: `${PREFIX}database_up`,
    help: "1 when the database answered this scrape.",
    registers: [registry],
  });
}

function addConnectionGauge(registry: Registry, { connections }: Database): void {
  if (connections === undefined) return;
  const gauge = new Gauge({
    name: `${PREFIX}database_connections`,
    help: "Connections of this process: in use, idle, and callers who wait for one.",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      const { used, idle, waiting } = connections();
      gauge.set({ state: "used" }, used);
      gauge.set({ state: "idle" }, idle);
      gauge.set({ state: "waiting" }, waiting);
    },
  });
}

function addListenerGauge(registry: Registry, { changeListeners }: ControlMetricsMeans): void {
  if (changeListeners === undefined) return;
  const gauge = new Gauge({
    name: `${PREFIX}change_listeners`,
    help: "Who hears of changes in this process: connected runtimes' streams, and control itself.",
    registers: [registry],
    collect() {
      gauge.set(changeListeners());
    },
  });
}

/** Returns the state; undefined when it cannot be read, or not in time. */
async function readInTime(
  read: () => Promise<ControlState>,
  timeoutMs: number,
): Promise<ControlState | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([read().catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
