import type { Logger } from "pino";
import type { RequestReport } from "./request-report.ts";

/**
 * Writes one structured line a request: who called which operation and what became of it. A fault of ours
 * is an error, a refusal a warning. Nothing of the request itself is in it, neither path nor body.
 */
export function logReport(logger: Logger, report: RequestReport): void {
  const { status, operationId = "none", durationMs, traceParent, ...rest } = report;
  const { requestId, method, code, caller, problem } = rest;
  const traceId = traceParent?.traceId;
  const fields = { requestId, method, operationId, status, code, caller, durationMs, traceId };
  if (status >= 500) logger.error({ ...fields, problem }, "failed");
  else if (status >= 400) logger.warn(fields, "refused");
  else logger.info(fields, "answered");
}
