import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import type { SpanExporter } from "@opentelemetry/sdk-trace";

/** How traces are sent. */
export interface TraceExporterOptions {
  readonly url: string;
  /** Called when a batch could not be sent; it is lost. */
  readonly onProblem: (error: Error) => void;
}

/**
 * Returns OpenTelemetry's exporter: JSON over HTTP, with tries in between. Headers, time-outs, compression
 * and certificates it reads from the process's own variables (`OTEL_EXPORTER_OTLP_HEADERS` and so on).
 */
export function createTraceExporter({ url, onProblem }: TraceExporterOptions): SpanExporter {
  const exporter = new OTLPTraceExporter({ url });
  return {
    export(spans, onDone) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onProblem(result.error);
        onDone(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
