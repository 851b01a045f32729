import { pino } from "pino";
import { expect, test } from "vitest";
import type { JobReport } from "./job-kind.ts";
import { logJob } from "./job-log.ts";

const [DEBUG, WARN, ERROR] = [20, 40, 50];

test.each<[JobReport["result"], number]>([
  ["done", DEBUG],
  ["released", DEBUG],
  ["retried", WARN],
  ["lost", WARN],
  ["failed", ERROR],
])("logJob() writes a run that was %s at level %d", (result, level) => {
  const lines: unknown[] = [];
  const logger = pino({ level: "debug" }, { write: (line) => lines.push(JSON.parse(line)) });
  const report = { kind: "catalog.sync", id: "j1", attempt: 2, durationMs: 9 };
  logJob(logger, { ...report, result, error: "CONNECT_UNREACHABLE" });
  expect(lines).toEqual([
    expect.objectContaining({
      level,
      msg: `job ${result}`,
      job: "catalog.sync",
      id: "j1",
      attempt: 2,
      result,
      error: "CONNECT_UNREACHABLE",
      durationMs: 9,
    }),
  ]);
});
