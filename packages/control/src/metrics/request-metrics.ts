import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";
import type { RequestReport } from "../http/index.ts";

/** Upper bounds in seconds: reading takes milliseconds, publishing 10,000 rules a second. */
const DURATION_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Returns what counts answered requests. Labels are the API's operations, `none` for every other path, and
 * its statuses: nothing a caller can make up.
 */
export function createRequestMetrics(registry: Registry): (report: RequestReport) => void {
  const registers = [registry];
  const requests = new Counter({
    name: "holdfast_control_requests_total",
    help: "Requests to the control plane's API by operation and status.",
    labelNames: ["operation", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "holdfast_control_request_duration_seconds",
    help: "From a request's arrival to its answer; of streams, to their beginning.",
    labelNames: ["operation"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  return ({ operationId: operation = "none", status, durationMs }) => {
    requests.inc({ operation, status });
    duration.observe({ operation }, durationMs / 1000);
  };
}
