import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { DecisionLog } from "../ports/decisions.ts";
import type { AnswerEvent } from "../ports/observer.ts";
import type { PublicationSource, PublicationStatus } from "../ports/publications.ts";

/** What metrics are read from at the time of a scrape. */
export interface MetricsMeans {
  readonly publications: PublicationSource;
  readonly verifier: SignedDataVerifier;
  readonly decisions: DecisionLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Counts answers and renders Prometheus' text format. */
export interface Metrics {
  count(event: AnswerEvent): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Upper bounds in seconds; 0.7 is where Apple stops waiting. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1];
const SKEW_BUCKETS = [-300, -60, -10, -2, 0, 1, 2, 5, 10, 60, 300];

/** Makes the runtime's metrics in a registry of their own. */
export function createMetrics(means: MetricsMeans): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = createAnswerMetrics(registry);
  addPublicationGauges(registry, means);
  addChainCacheGauges(registry, means);
  addDecisionGauges(registry, means);
  return {
    count: answers,
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function createAnswerMetrics(registry: Registry): (event: AnswerEvent) => void {
  const registers = [registry];
  const requests = new Counter({
    name: "holdfast_requests_total",
    help: "Real-time requests by how they ended; code says why where it was no plain answer.",
    labelNames: ["app", "environment", "outcome", "code"],
    registers,
  });
  const latency = new Histogram({
    name: "holdfast_request_duration_seconds",
    help: "From the request's arrival to the response being ready.",
    labelNames: ["outcome"],
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const lookups = new Counter({
    name: "holdfast_subscriber_lookups_total",
    help: "What was known of the subscriber when the flow was evaluated.",
    labelNames: ["status"],
    registers,
  });
  const signatures = new Counter({
    name: "holdfast_offer_signatures_total",
    help: "Offers signed, and signatures that failed.",
    labelNames: ["result"],
    registers,
  });
  const skew = new Histogram({
    name: "holdfast_clock_skew_seconds",
    help: "Our clock less the signedDate of verified requests.",
    buckets: SKEW_BUCKETS,
    registers,
  });
  return (event) => {
    const { outcome, app = "", environment = "", code = "" } = event;
    requests.inc({ app, environment, outcome, code });
    latency.observe({ outcome }, event.latencyMs / 1000);
    if (event.lookup !== undefined) lookups.inc({ status: event.lookup });
    if (event.signing !== undefined) signatures.inc({ result: event.signing });
    if (event.clockSkewMs !== undefined) skew.observe(event.clockSkewMs / 1000);
  };
}

function addPublicationGauges(registry: Registry, { publications, now }: MetricsMeans): void {
  // Each collects for itself: one scrape must not show another's values.
  const add = (
    name: string,
    help: string,
    valueOf: (status: PublicationStatus) => number | undefined,
  ): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ["app", "environment"],
      registers: [registry],
      collect() {
        for (const status of publications.list()) {
          const { app, environment } = status;
          const value = valueOf(status);
          if (value !== undefined) this.set({ app, environment }, value);
        }
      },
    });
  add(
    "holdfast_snapshot_age_seconds",
    "Time since the live snapshot was published.",
    ({ live }) => live && (now() - live.publishedAt) / 1000,
  );
  add(
    "holdfast_publication_sequence",
    "Sequence of the live publication; 0 when nothing is live.",
    ({ live }) => live?.sequence ?? 0,
  );
  add(
    "holdfast_publication_problem",
    "1 while the newest publication is refused, or nothing is live.",
    ({ live, problem }) => (problem === undefined && live !== undefined ? 0 : 1),
  );
}

function addChainCacheGauges(registry: Registry, { verifier }: MetricsMeans): void {
  const lookups = new Gauge({
    name: "holdfast_chain_cache_lookups",
    help: "Certificate chains since the start: known ones, new ones, and those over the budget.",
    labelNames: ["result"],
    registers: [registry],
    collect() {
      for (const [result, count] of Object.entries(verifier.stats())) {
        lookups.set({ result }, Number(count));
      }
    },
  });
}

function addDecisionGauges(registry: Registry, { decisions }: MetricsMeans): void {
  const registers = [registry];
  const pending = new Gauge({
    name: "holdfast_decisions_pending",
    help: "Decision records waiting to be written.",
    registers,
    collect() {
      pending.set(decisions.health().pending);
    },
  });
  const dropped = new Gauge({
    name: "holdfast_decisions_dropped",
    help: "Decision records lost since the start.",
    registers,
    collect() {
      dropped.set(decisions.health().dropped);
    },
  });
}
