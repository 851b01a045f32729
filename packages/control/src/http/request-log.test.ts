import { pino } from "pino";
import { expect, test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { logReport } from "./request-log.ts";
import type { RequestReport } from "./request-report.ts";
import { openTestControl } from "./testing/test-control.ts";

function linesOf(reports: readonly RequestReport[]): readonly Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line) as never) });
  for (const report of reports) logReport(logger, report);
  return lines;
}

const REPORT = { requestId: "r1", method: "PUT", operationId: "updateApp", durationMs: 7 };
const [INFO, WARN, ERROR] = [30, 40, 50];

test.each([
  [200, INFO, "answered"],
  [304, INFO, "answered"],
  [401, WARN, "refused"],
  [429, WARN, "refused"],
  [500, ERROR, "failed"],
  [503, ERROR, "failed"],
])("logReport() writes a status of %d at level %d", (status, level, msg) => {
  const [line] = linesOf([{ ...REPORT, status }]);
  expect(line).toMatchObject({ level, msg, status, operationId: "updateApp", requestId: "r1" });
});

test("logReport() says why it failed, who called and in which trace", () => {
  const problem = { code: "DATABASE_FAILED", message: "the disk is full", stack: "at open" };
  const traceParent = { traceId: "a".repeat(32), spanId: "b".repeat(16), isSampled: true };
  const [line] = linesOf([
    { ...REPORT, status: 503, code: "UNAVAILABLE", caller: "person:p1", problem, traceParent },
  ]);
  expect(line).toMatchObject({
    code: "UNAVAILABLE",
    caller: "person:p1",
    problem,
    traceId: traceParent.traceId,
  });
});

test("logReport() writes nothing of what was sent", async () => {
  const control = await openTestControl(SQLITE);
  const cookie = await control.setUp();
  const token = await control.token(cookie, "admin");
  await control.call("GET", "/v1/people?cursor=hunter2", { token });
  await control.call("POST", "/v1/session", {
    body: { email: "ada@example.com", password: "hunter2" },
    headers: { "X-Secret": "hunter2" },
  });
  await control.call("GET", "/v1/hunter2", { token: "hunter2" });
  const lines = linesOf(control.reports);
  expect(lines.length).toBeGreaterThanOrEqual(4);
  const text = JSON.stringify(lines);
  for (const secret of ["hunter2", token, cookie.split("=")[1] ?? "", "ada@example.com"]) {
    expect(text).not.toContain(secret);
  }
});
