import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RevocationStatus, SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { DecisionLog } from "../ports/decisions.ts";
import type { CircuitBreaker } from "../answer/circuit-breaker.ts";
import type { AnswerEvent } from "../ports/observer.ts";
import type { PublicationSource, PublicationStatus } from "../ports/publications.ts";
import type { ShippingHealth } from "./decision-shipping/shipping-counts.ts";

/** What metrics are read from at the time of a scrape. */
export interface MetricsMeans {
  readonly publications: PublicationSource;
  readonly verifier: SignedDataVerifier;
  /** How often verification found what of revocations. */
  readonly revocations: () => Readonly<Record<RevocationStatus, number>>;
  readonly decisions: DecisionLog;
  /** How decisions are shipped; nothing where they are not. */
  readonly shipping: () => ShippingHealth | undefined;
  /** Before the store of subscriber state. */
  readonly breaker: CircuitBreaker;
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
/** Upper bounds in seconds; 0.05 is the bound on a lookup by default, 0.3 the highest. */
const LOOKUP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3];
const SKEW_BUCKETS = [-300, -60, -10, -2, 0, 1, 2, 5, 10, 60, 300];

/** Makes the runtime's metrics in a registry of their own. */
export function createMetrics(means: MetricsMeans): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = createAnswerMetrics(registry);
  addPublicationGauges(registry, means);
  addChainCacheGauges(registry, means);
  addRevocationMetrics(registry, means);
  addDecisionGauges(registry, means);
  addShippingMetrics(registry, means);
  addCircuitMetrics(registry, means);
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
    help: "Lookups of subscriber state by how they ended, those that were not needed among them.",
    labelNames: ["ending"],
    registers,
  });
  const lookupTime = new Histogram({
    name: "holdfast_subscriber_lookup_duration_seconds",
    help: "How long lookups took for which a store was asked.",
    buckets: LOOKUP_BUCKETS,
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
    if (event.lookup !== undefined) lookups.inc({ ending: event.lookup });
    if (event.lookupMs !== undefined) lookupTime.observe(event.lookupMs / 1000);
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

function addRevocationMetrics(registry: Registry, { revocations }: MetricsMeans): void {
  const checks = new Counter({
    name: "holdfast_revocation_checks_total",
    help: "Verifications by what is known of their chain's revocation; only revoked refuses.",
    labelNames: ["status"],
    registers: [registry],
    collect() {
      checks.reset();
      for (const [status, count] of Object.entries(revocations())) checks.inc({ status }, count);
    },
  });
}

function addDecisionGauges(registry: Registry, { decisions, shipping }: MetricsMeans): void {
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
      dropped.set(decisions.health().dropped + (shipping()?.lost ?? 0));
    },
  });
}

/** Of the same names where nothing is shipped: then nothing waits. */
function addShippingMetrics(registry: Registry, { shipping, now }: MetricsMeans): void {
  const registers = [registry];
  const waiting = new Gauge({
    name: "holdfast_decisions_waiting",
    help: "Decision records on disk that the control plane has not confirmed.",
    registers,
    collect() {
      waiting.set(shipping()?.waiting ?? 0);
    },
  });
  const age = new Gauge({
    name: "holdfast_decisions_waiting_seconds",
    help: "Time since the oldest of them was decided; 0 when none waits.",
    registers,
    collect() {
      const oldestAt = shipping()?.oldestAt;
      age.set(oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt) / 1000);
    },
  });
  const shipped = new Counter({
    name: "holdfast_decisions_shipped_total",
    help: "Decision records by what became of them at the control plane; unreadable lines were not sent.",
    labelNames: ["result"],
    registers,
    collect() {
      const health = shipping();
      const refused = Object.values(health?.refused ?? {}).reduce((sum, count) => sum + count, 0);
      const { new: fresh = 0, repeated = 0, unreadable = 0 } = health ?? {};
      shipped.reset();
      shipped.inc({ result: "new" }, fresh);
      shipped.inc({ result: "repeated" }, repeated);
      shipped.inc({ result: "refused" }, refused);
      shipped.inc({ result: "unreadable" }, unreadable);
    },
  });
}

function addCircuitMetrics(registry: Registry, { breaker }: MetricsMeans): void {
  const registers = [registry];
  const open = new Gauge({
    name: "holdfast_subscriber_circuit_open",
    help: "1 while lookups of subscriber state are not tried, for they failed.",
    registers,
    collect() {
      open.set(breaker.state().isOpen ? 1 : 0);
    },
  });
  const opened = new Counter({
    name: "holdfast_subscriber_circuit_opened_total",
    help: "How often that began.",
    registers,
    collect() {
      opened.reset();
      opened.inc(breaker.state().opened);
    },
  });
}
