import type { RequestReport } from "@holdfast/control/http";
import type { JobReport } from "@holdfast/control/jobs";
import type { AnswerEvent } from "@holdfast/runtime";
import type { Io } from "../command.ts";
import { answerSpan } from "./answer-span.ts";
import { jobSpan, requestSpan } from "./control-spans.ts";
import type { Tracing } from "./open-tracing.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { createSpanQueue } from "./span-queue.ts";
import type { SpanQueue } from "./span-queue.ts";
import { readTelemetrySettings } from "./telemetry-settings.ts";

/** Makes traces of what is reported. Nothing of it throws, and nothing but `close` waits. */
export interface Telemetry {
  /** Takes a runtime's answer. */
  readonly onAnswer: (event: AnswerEvent) => void;
  /** Takes the control plane's answer to a request. */
  readonly onReport: (report: RequestReport) => void;
  /** Takes a run of a job. */
  readonly onJob: (report: JobReport) => void;
  /** Sends what is left, for a few seconds at most. Never rejects. */
  readonly close: () => Promise<void>;
}

/** What telemetry is started with. */
export interface TelemetryOptions {
  readonly env: Io["env"];
  /** This release of Holdfast. */
  readonly release: string;
  /** Called when traces could not be sent; those are lost. Must not throw. */
  readonly onProblem?: ((error: Error) => void) | undefined;
  /** How long `close` waits for whoever receives traces, ms; default 3,000. */
  readonly closeMs?: number;
}

/**
 * The most spans a second of each kind, so that a flood of requests costs the answering thread what a few
 * of them cost. The next span says how many were left out.
 */
const SPANS_PER_SECOND = 100;

const CLOSE_MS = 3000;

/**
 * Starts traces where OpenTelemetry's variables name somewhere to send them
 * (`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`). Returns undefined where they do
 * not; nothing of OpenTelemetry is loaded then. Each thread starts its own.
 */
export async function startTelemetry({
  env,
  release,
  onProblem = () => undefined,
  closeMs = CLOSE_MS,
}: TelemetryOptions): Promise<Telemetry | undefined> {
  const settings = readTelemetrySettings(env);
  if (settings === undefined) return undefined;
  const { openTracing } = await import("./open-tracing.ts");
  const tracing = openTracing({ ...settings, release, onProblem });
  const queues = {
    answers: queueInto(tracing, answerSpan),
    requests: queueInto(tracing, requestSpan),
    jobs: queueInto(tracing, jobSpan),
  };
  return {
    onAnswer: (event) => queues.answers.add(event),
    onReport: (report) => queues.requests.add(report),
    onJob: (report) => queues.jobs.add(report),
    async close() {
      for (const queue of Object.values(queues)) queue.flush();
      await inTime(tracing.close(), closeMs);
    },
  };
}

function queueInto<Item>(
  tracing: Tracing,
  spanOf: (item: Item, endedAt: number) => RecordedSpan,
): SpanQueue<Item> {
  return createSpanQueue<Item>({
    perSecond: SPANS_PER_SECOND,
    onItem(item, endedAt, dropped) {
      const span = spanOf(item, endedAt);
      const attributes = dropped === 0 ? {} : { "holdfast.left_out": dropped };
      tracing.record({ ...span, attributes: { ...span.attributes, ...attributes } });
    },
  });
}

/** Resolves when the work is done or has failed, which it told of, or when the time is over. */
async function inTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
