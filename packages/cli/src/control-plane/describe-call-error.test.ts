import { ApiCallError } from "@holdfast/api/client";
import type { ApiCallFacts } from "@holdfast/api/client";
import { describe, expect, test } from "vitest";
import { exitCodeOf, reportError } from "../errors.ts";
import { ControlCallError } from "./control-call-error.ts";

function failed(code: string, facts: ApiCallFacts = {}): ControlCallError {
  return new ControlCallError(
    new ApiCallError(code, { operationId: "publishVersion", message: "no" }, facts),
  );
}

function told(error: unknown, { json = false } = {}): string {
  let written = "";
  const io = { colors: false, stderr: (text: string) => void (written += text) };
  reportError(error, io, { json });
  return written;
}

describe("reportError() of a failed call of the control plane", () => {
  test("tells people the issues, Apple's words, how things stand now, and what to do", () => {
    const error = failed("CONFLICT", {
      status: 409,
      advice: "read it again",
      issues: [
        { path: ["body", "environments", "sandbox"], message: "expected an object" },
        { path: [], file: "flow.yaml", line: 3, column: 5, message: "no such product" },
        { path: ["body"], message: "expected JSON" },
      ],
      apple: { status: 403, errorCode: 4_030_017, errorName: "NotApproved", errorMessage: "no" },
      current: { sequence: 8, summary: "published by kim a minute ago" },
      retryAt: Date.UTC(2026, 10, 21, 9),
    });
    expect(told(error)).toBe(
      [
        "error CONFLICT: publishVersion: no",
        "  environments.sandbox: expected an object",
        "  flow.yaml:3:5: no such product",
        "  body: expected JSON",
        "  Apple: HTTP 403, 4030017 NotApproved, no",
        "  now: published by kim a minute ago",
        "hint read it again",
        "hint the server takes the next call at 2026-11-21T09:00:00.000Z",
        "",
      ].join("\n"),
    );
  });

  test("gives machines the same members as the API", () => {
    const facts = {
      status: 409,
      advice: "read it again",
      issues: [{ path: ["body"], message: "expected JSON" }],
      current: { etag: '"7"' },
      apple: { status: 403 },
      requestId: "01JD2K6W7M",
      retryAt: 5,
    };
    expect(JSON.parse(told(failed("CONFLICT", facts), { json: true }))).toEqual({
      error: { code: "CONFLICT", message: "publishVersion: no", ...facts },
    });
    expect(JSON.parse(told(failed("NOT_FOUND"), { json: true }))).toEqual({
      error: { code: "NOT_FOUND", message: "publishVersion: no" },
    });
  });

  test("names the request of a fault, for whoever reads the server's log", () => {
    expect(told(failed("INTERNAL", { requestId: "01JD2K6W7M" }))).toContain("request: 01JD2K6W7M");
    expect(told(failed("FORBIDDEN", { requestId: "01JD2K6W7M" }))).not.toContain("01JD2K6W7M");
  });

  test("lets nothing of the server's steer the terminal", () => {
    const hostile = "a\u001B[2Jb\u202E";
    const error = failed("CONFLICT", {
      advice: hostile,
      issues: [{ path: [hostile], message: hostile }],
      apple: { status: 400, errorName: hostile, errorMessage: hostile },
      current: { summary: hostile },
    });
    expect(told(error)).not.toContain("\u001B");
    expect(told(error)).not.toContain("\u202E");
  });
});

test.each([
  ["INPUT_INVALID", 2],
  ["FLOW_INVALID", 2],
  ["BODY_TOO_LARGE", 2],
  ["CONFLICT", 1],
  ["UNAUTHENTICATED", 1],
  ["API_UNREACHABLE", 1],
  ["API_ABORTED", 130],
] as const)("exitCodeOf() of %s is %i", (code, exitCode) => {
  expect(exitCodeOf(failed(code))).toBe(exitCode);
});
