import { describe, expect, test } from "vitest";
import { judgeKeepAlive, judgeLatency } from "./judge-latency.ts";
import type { Exchange } from "./post-once.ts";

function answer(latencyMs: number, isReused = false): Exchange {
  const rest = { status: 200, contentType: undefined, location: undefined, body: Buffer.alloc(0) };
  return { ...rest, latencyMs, isReused };
}

const hundred = (late: number): readonly Exchange[] =>
  Array.from({ length: 100 }, (_, index) => answer(index < late ? 700.1 : 700));

describe("judgeLatency()", () => {
  test.each([
    [0, "ok"],
    [1, "warn"],
    [5, "warn"],
    [6, "fail"],
  ])("takes %i late answers in a hundred for %s", (late, status) => {
    expect(judgeLatency(hundred(late))).toMatchObject({ code: "LATENCY", status });
  });

  test("takes a failure for late, however fast it came", () => {
    expect(judgeLatency([{ failure: "ECONNRESET", latencyMs: 1 }]).status).toBe("fail");
  });
});

test("judgeKeepAlive() warns when no connection was kept", () => {
  expect(judgeKeepAlive([answer(1), answer(1, true)]).status).toBe("ok");
  expect(judgeKeepAlive([answer(1), answer(1)]).status).toBe("warn");
});
