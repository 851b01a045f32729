import type { RequestReport } from "@holdfast/control/http";
import type { JobReport } from "@holdfast/control/jobs";
import type { RecordedSpan } from "./recorded-span.ts";

/** Returns the span of a request to the control plane. Who called is the log's, under the same request id. */
export function requestSpan(report: RequestReport, endedAt: number): RecordedSpan {
  const { method, operationId, status, code, durationMs, requestId, traceParent } = report;
  const isFailure = status >= 500;
  return {
    name: operationId ?? method,
    kind: "server",
    durationMs,
    endedAt,
    attributes: {
      "http.request.method": method,
      "http.response.status_code": status,
      "error.type": isFailure ? (code ?? String(status)) : undefined,
      "holdfast.operation": operationId,
      "holdfast.code": code,
      "holdfast.request_id": requestId,
    },
    ...(isFailure ? { failure: code ?? String(status) } : {}),
    ...(traceParent === undefined ? {} : { parent: traceParent }),
  };
}

/** Returns the span of a run of a job. */
export function jobSpan(report: JobReport, endedAt: number): RecordedSpan {
  const { kind, id, attempt, result, error, durationMs } = report;
  return {
    name: `job ${kind}`,
    kind: "internal",
    durationMs,
    endedAt,
    attributes: {
      "error.type": error,
      "holdfast.job.kind": kind,
      "holdfast.job.id": id,
      "holdfast.job.attempt": attempt,
      "holdfast.job.result": result,
    },
    // One given back because the process stops has not failed.
    ...(error === undefined || result === "released" ? {} : { failure: error }),
  };
}
