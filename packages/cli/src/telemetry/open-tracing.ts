import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import type { Context, HrTime, Tracer } from "@opentelemetry/api";
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import type { Resource } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Sampler } from "@opentelemetry/sdk-trace";
import type { RecordedSpan } from "./recorded-span.ts";
import type { TelemetrySettings } from "./telemetry-settings.ts";
import { createTraceExporter } from "./trace-exporter.ts";

/** Records spans and sends them in the background. */
export interface Tracing {
  record(span: RecordedSpan): void;
  /** Sends what is left. Rejects when that cannot be done. */
  close(): Promise<void>;
}

/** What tracing is opened with. */
export interface TracingOptions extends TelemetrySettings {
  /** This release of Holdfast. */
  readonly release: string;
  readonly onProblem: (error: Error) => void;
}

/** Opens OpenTelemetry's SDK. Nothing is registered for the whole process: only what is recorded here is sent. */
export function openTracing(options: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceOf(options),
    sampler: samplerOf(options),
    spanProcessors: [new BatchSpanProcessor({ exporter: createTraceExporter(options) })],
  });
  const tracer = provider.getTracer("holdfast", options.release);
  return {
    record: (span) => recordSpan(tracer, span),
    close: () => provider.shutdown(),
  };
}

function recordSpan(tracer: Tracer, recorded: RecordedSpan): void {
  const { name, kind, attributes, failure, durationMs, endedAt, parent } = recorded;
  const span = tracer.startSpan(
    name,
    {
      kind: kind === "server" ? SpanKind.SERVER : SpanKind.INTERNAL,
      attributes: { ...attributes },
      startTime: timeOf(endedAt - durationMs),
    },
    contextOf(parent),
  );
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(timeOf(endedAt));
}

function contextOf(parent: RecordedSpan["parent"]): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Seconds and nanoseconds: a number would be taken for one or the other. */
function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/** What is named outright goes before what the attributes' variable says, and that before the default. */
function resourceOf({ serviceName, release }: TracingOptions): Resource {
  const own = resourceFromAttributes({ "service.name": "holdfast", "service.version": release });
  const told = detectResources({ detectors: [resourceAttributesEnvDetector] });
  const named = resourceFromAttributes(
    serviceName === undefined ? {} : { "service.name": serviceName },
  );
  return defaultResource().merge(own).merge(told).merge(named);
}

function samplerOf({ sampler, ratio }: TelemetrySettings): Sampler {
  const [root, isByParent] = sampler.startsWith("parentbased_")
    ? [sampler.slice("parentbased_".length), true]
    : [sampler, false];
  const own = rootSampler(root, ratio);
  return isByParent ? new ParentBasedSampler({ root: own }) : own;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === "always_off") return new AlwaysOffSampler();
  return name === "traceidratio" ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}
