import * as fc from "fast-check";
import { expect, test } from "vitest";
import { routes } from "@holdfast/api";
import { readAnswer, readConfig } from "./read-answer.ts";

const CONFIG = {
  maxConcurrentRequests: 10,
  totalRequests: 100,
  totalDuration: 60_000,
  responseTimeThreshold: 500,
  successRateThreshold: 95,
};

const number = fc.double({ noNaN: true });
const times = fc.record({ average: number, p50: number, p90: number, p95: number, p99: number });
const config = fc.record({
  maxConcurrentRequests: number,
  totalRequests: number,
  totalDuration: number,
  responseTimeThreshold: number,
  successRateThreshold: number,
});
const text = fc.string({ unit: "binary", maxLength: 400 });

test("readAnswer() makes of whatever numbers and texts something the API can show", () => {
  const answers = fc.record(
    {
      result: text,
      config,
      target: text,
      successRate: number,
      numPending: number,
      responseTimes: times,
      failures: fc.dictionary(text, number, { maxKeys: 80 }),
    },
    { requiredKeys: ["result"] },
  );
  fc.assert(
    fc.property(answers, (answer) => {
      const { findings, ...told } = readAnswer(answer, CONFIG);
      const shown = { requestId: "1", startedAt: 0, isFollowed: true, ...told, ...findings };
      expect(routes.readPerformanceTest.success.body.safeParse(shown).error).toBeUndefined();
    }),
  );
});

test("readAnswer() keeps what Apple documents as it is", () => {
  const findings = {
    target: "https://retention.example.com/",
    successRate: 99.5,
    numPending: 3,
    responseTimes: { average: 41.25, p50: 38, p90: 55, p95: 61, p99: 80 },
    failures: { TIMED_OUT: 1, SOMETHING_NEW: 2 },
  };
  const answer = { result: "PASS", config: CONFIG, ...findings };
  expect(readAnswer(answer, { ...CONFIG, totalRequests: 1 })).toEqual({
    result: "PASS",
    config: CONFIG,
    findings,
  });
  expect(readAnswer({ result: "PENDING" }, CONFIG)).toEqual({
    result: "PENDING",
    config: CONFIG,
    findings: {},
  });
  expect(readConfig(CONFIG)).toEqual(CONFIG);
});
