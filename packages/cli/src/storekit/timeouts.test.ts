import { expect, test } from "vitest";
import { readTimeouts } from "./timeouts.ts";

test.each<[string, Readonly<Record<string, string>>, object]>([
  ["nothing", {}, {}],
  ["ours", { HOLDFAST_TIMEOUT: "45s" }, { timeoutMs: 45_000 }],
  ["ours in seconds", { HOLDFAST_TIMEOUT_SECONDS: "45" }, { timeoutMs: 45_000 }],
  [
    "asc's",
    { ASC_TIMEOUT: "1m", ASC_UPLOAD_TIMEOUT: "2m" },
    { timeoutMs: 60_000, uploadTimeoutMs: 120_000 },
  ],
  ["asc's in seconds", { ASC_UPLOAD_TIMEOUT_SECONDS: "9" }, { uploadTimeoutMs: 9000 }],
  ["ours before asc's", { HOLDFAST_TIMEOUT: "1s", ASC_TIMEOUT: "2s" }, { timeoutMs: 1000 }],
  ["an empty one as none", { HOLDFAST_TIMEOUT: "", ASC_TIMEOUT: "2s" }, { timeoutMs: 2000 }],
])("readTimeouts() takes %s", (_, env, timeouts) => {
  expect(readTimeouts({ env })).toEqual(timeouts);
});

test("readTimeouts() names the variable that is no duration", () => {
  expect(() => readTimeouts({ env: { ASC_TIMEOUT: "soon" } })).toThrow(/ASC_TIMEOUT/);
});
