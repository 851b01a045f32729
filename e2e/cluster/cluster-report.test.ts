import { expect, test } from "vitest";
import { renderReport, reportRun } from "./cluster-report.ts";
import type { ClusterRun } from "./cluster-report.ts";

/** In flight on the process that is killed. */
const FAILED = { from: 4990, until: 5010, why: "502", asked: ["127.0.0.1:1"] };

const SLOW = { from: 1, until: 500, why: "503 BUDGET_EXCEEDED", asked: ["127.0.0.1:1"] };

const GOOD: ClusterRun = {
  answered: [
    { requestIdentifier: "a", at: 1000, ms: 5, asked: ["127.0.0.1:1"] },
    { requestIdentifier: "b", at: 2000, ms: 800, asked: ["127.0.0.1:1", "127.0.0.1:2"] },
  ],
  failed: [FAILED],
  mayBeSlow: false,
  kills: [{ from: 5000, until: 5001, address: "127.0.0.1:1" }],
  // What was decided and not answered any more is there, too.
  stored: ["a", "b", "c"],
  counted: 3,
  leftBehind: 0,
  exitCodes: [0, 0],
  timed: [
    { what: "a publication is answered by", times: [90, 20, 40], withinMs: 100 },
    { what: "a runtime has ended", times: [700] },
  ],
};

test("reportRun() says of a run without loss what was measured, and that all was kept", () => {
  const report = reportRun(GOOD);
  expect(report).toMatchObject({
    answered: 2,
    lost: 0,
    failed: 1,
    failedBeyondKills: 0,
    duplicates: 0,
    askedAgain: 1,
    late: 1,
    kept: true,
  });
  expect(report.promises.at(-2)).toEqual({
    promise: "a publication is answered by within 0.1 s",
    measured: "p50 40 ms, max 90 ms of 3",
    kept: true,
  });
});

test.each<[string, Partial<ClusterRun>]>([
  ["nothing was answered", { answered: [] }],
  ["an answered request is not there", { stored: ["a"], counted: 1 }],
  ["one is there twice", { stored: ["a", "b", "b"], counted: 2 }],
  ["one was counted twice", { counted: 4 }],
  ["one failed before the kill", { failed: [{ ...FAILED, from: 4000, until: 4999 }] }],
  ["one failed after the kill", { failed: [{ ...FAILED, from: 5002 }] }],
  ["a runtime was too slow", { failed: [SLOW] }],
  ["one failed elsewhere", { failed: [{ ...FAILED, asked: ["127.0.0.1:2"] }] }],
  ["a stopped runtime left a decision behind", { leftBehind: 1 }],
  ["one did not end well", { exitCodes: [0, null] }],
  ["a publication took too long", { timed: [{ what: "x", times: [1, 101], withinMs: 100 }] }],
  ["a publication was never measured", { timed: [{ what: "x", times: [], withinMs: 100 }] }],
])("reportRun() says that one promise was broken when %s", (_, change) => {
  const report = reportRun({ ...GOOD, ...change });
  expect(report.promises.filter(({ kept }) => !kept)).toHaveLength(1);
  expect(report.kept).toBe(false);
  expect(renderReport(report).at(-1)).toBe("a promise was broken");
});

test("reportRun() counts who was too slow as late on a machine that may be slow, and nobody else", () => {
  const run = { ...GOOD, mayBeSlow: true };
  expect(reportRun({ ...run, failed: [SLOW] })).toMatchObject({ failed: 0, late: 2, kept: true });
  const other = { ...SLOW, why: "503 NOT_PUBLISHED" };
  expect(reportRun({ ...run, failed: [other] })).toMatchObject({ failed: 1, kept: false });
});

test("renderReport() has a line for each promise", () => {
  const lines = renderReport(reportRun(GOOD));
  expect(lines[0]).toMatch(/^2 answered, 0 lost, 1 failed; 1 asked of a second runtime/);
  expect(lines.filter((line) => line.startsWith("kept "))).toHaveLength(6);
  expect(lines.at(-1)).toBe("all promises were kept");
});
