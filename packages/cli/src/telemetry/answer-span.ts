import type { AnswerEvent } from "@holdfast/runtime";
import type { RecordedSpan } from "./recorded-span.ts";

const ROUTE = "/apple/retention/{app}/{environment}";

/**
 * Returns the span of an answer to Apple. The subscriber is not in it, not even as the pseudonym: traces
 * leave for elsewhere. Apple's id of the request leads to the decision.
 */
export function answerSpan(event: AnswerEvent, endedAt: number): RecordedSpan {
  const { outcome, status, latencyMs, app, environment, code, decision } = event;
  const isFailure = outcome === "unavailable";
  return {
    name: `POST ${ROUTE}`,
    kind: "server",
    durationMs: latencyMs,
    endedAt,
    attributes: {
      "http.request.method": "POST",
      "http.route": ROUTE,
      "http.response.status_code": status,
      "error.type": isFailure ? (code ?? String(status)) : undefined,
      "holdfast.app": app,
      "holdfast.environment": environment,
      "holdfast.outcome": outcome,
      "holdfast.code": code,
      "holdfast.lookup": event.lookup,
      "holdfast.signing": event.signing,
      "holdfast.clock_skew_ms": event.clockSkewMs,
      "holdfast.request_identifier": decision?.requestIdentifier,
      "holdfast.snapshot": decision?.snapshot,
      "holdfast.product": decision?.subject.productId,
      "holdfast.source": decision?.source,
      "holdfast.rule": decision?.rule,
      "holdfast.arm": decision?.experiment?.arm,
      "holdfast.response": decision?.delivered?.kind,
    },
    ...(isFailure ? { failure: code ?? String(status) } : {}),
  };
}
