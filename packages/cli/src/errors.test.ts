import { UsageError } from "@holdfast/appstore/errors";
import { expect, test } from "vitest";
import { CommandFailed, reportError } from "./errors.ts";

/** What an error looks like to people. */
function told(error: unknown): string {
  let written = "";
  const io = { colors: false, stderr: (text: string) => void (written += text) };
  reportError(error, io, { json: false });
  return written;
}

test("reportError() lets nothing of a message or an advice steer the terminal", () => {
  const hostile = "a\u001B[2Jb\u009B31mc\u202Ed\nsecond";
  const clean = "a\u{FFFD}[2Jb\u{FFFD}31mc\u{FFFD}d\nsecond";
  expect(told(new UsageError("SOME_CODE", hostile))).toBe(`error SOME_CODE: ${clean}\n`);
  const failed = new CommandFailed("REVIEW_REJECTED", "no", { advice: hostile });
  expect(told(failed)).toBe(`error REVIEW_REJECTED: no\nhint ${clean}\n`);
});

test("reportError() lets nothing of what was thrown elsewhere steer the terminal", () => {
  const odd = Object.assign(new Error("a\u001Bb"), { syscall: "open" });
  expect(told(odd)).toBe("error SYSTEM_ERROR: a\u{FFFD}b\n");
  expect(told("\u001B[31m")).toContain("\u{FFFD}[31m");
});
