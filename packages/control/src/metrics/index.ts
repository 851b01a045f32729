export { createControlMetrics } from "./create-control-metrics.ts";
export type { ControlMetrics, ControlMetricsMeans } from "./create-control-metrics.ts";
