import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";
import type { JobReport } from "../jobs/index.ts";

/** Upper bounds in seconds: most jobs take milliseconds, the sync of a large catalog minutes. */
const DURATION_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

/** Returns what counts the runs of jobs in this process. */
export function createJobMetrics(registry: Registry): (report: JobReport) => void {
  const registers = [registry];
  const runs = new Counter({
    name: "holdfast_control_job_runs_total",
    help: "Runs of jobs by how they ended: done, retried, failed, released or lost.",
    labelNames: ["kind", "result"],
    registers,
  });
  const duration = new Histogram({
    name: "holdfast_control_job_duration_seconds",
    help: "How long the runs of jobs took.",
    labelNames: ["kind"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  return ({ kind, result, durationMs }) => {
    runs.inc({ kind, result });
    duration.observe({ kind }, durationMs / 1000);
  };
}
