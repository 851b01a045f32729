import { PolicyError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { describe, expect, test } from "vitest";
import { judgeSetback } from "./judge-setback.ts";

const unreachable = new UpstreamError("CLOUDFLARE_UNREACHABLE", "no answer");

describe("judgeSetback()", () => {
  test.each([
    [1, 2000],
    [2, 4000],
    [4, 16_000],
    [5, 30_000],
    [5000, 30_000],
  ])("waits longer after attempt %i of what passes by itself", (attempt, waitMs) => {
    const judged = judgeSetback(unreachable, { attempt, now: 1000 });
    expect(judged).toEqual({ problem: "CLOUDFLARE_UNREACHABLE", nextAt: 1000 + waitMs });
  });

  test.each([
    new UpstreamError("CLOUDFLARE_REFUSED", "403"),
    new UsageError("KV_PAIR_TOO_LARGE", "too large"),
    new UsageError("CLOUDFLARE_URL_INVALID", "no URL"),
    new PolicyError("SECRET_KEY_UNKNOWN", "another master key"),
  ])("waits a minute where somebody has to see to $code", (error) => {
    const judged = judgeSetback(error, { attempt: 1, now: 1000 });
    expect(judged).toEqual({ problem: error.code, nextAt: 61_000 });
  });

  test("takes an attempt that took too long for one without an answer", () => {
    const late = new DOMException("too late", "TimeoutError");
    const judged = judgeSetback(late, { attempt: 1, now: 0 });
    expect(judged).toMatchObject({ problem: "CLOUDFLARE_UNREACHABLE" });
  });

  test.each([
    new UpstreamError("DATABASE_UNREACHABLE", "gone"),
    new TypeError("a defect"),
    new DOMException("stopped", "AbortError"),
  ])("throws what is about something else", (error) => {
    expect(() => judgeSetback(error, { attempt: 1, now: 0 })).toThrow(error);
  });
});
