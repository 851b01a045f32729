import { BadDataError, CodedError, PolicyError, UsageError } from "@holdfast/appstore/errors";
import type { FlowIssue } from "@holdfast/flow/document";
import type { ExitCode, Io } from "./command.ts";
import { renderIssues } from "./issues.ts";
import type { TextOfFile } from "./issues.ts";
import { createStyle } from "./style.ts";

/** A flow, or the cases beside it, cannot be used; everything that is wrong comes with it. */
export class FlowRefused extends UsageError<"FLOW_INVALID" | "CASES_INVALID"> {
  readonly issues: readonly FlowIssue[];
  /** For showing the lines. */
  readonly textOf: TextOfFile;

  constructor(
    code: "FLOW_INVALID" | "CASES_INVALID",
    message: string,
    { issues, textOf }: { readonly issues: readonly FlowIssue[]; readonly textOf: TextOfFile },
  ) {
    super(code, message);
    this.issues = issues;
    this.textOf = textOf;
  }
}

/** Returns the exit code of an error: 2 for what the caller gave us, 1 for everything else. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UsageError ? 2 : 1;
}

/** Writes an error to standard error: for people, or as one JSON document. */
export function reportError(
  error: unknown,
  io: Pick<Io, "stderr" | "colors">,
  { json }: { readonly json: boolean },
): void {
  const { code, message } = describe(error);
  const issues = error instanceof FlowRefused ? error.issues : undefined;
  if (json) {
    const found = issues === undefined ? {} : { issues };
    io.stderr(`${JSON.stringify({ error: { code, message, ...found } }, undefined, 2)}\n`);
    return;
  }
  const style = createStyle(io);
  if (error instanceof FlowRefused) {
    io.stderr(`${renderIssues(error.issues, { style, textOf: error.textOf }).join("\n")}\n\n`);
  }
  io.stderr(`${style.red("error")} ${code}: ${message}\n`);
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CodedError) return { code: String(error.code), message: error.message };
  if (isSystemError(error)) return { code: "SYSTEM_ERROR", message: error.message };
  if (error instanceof Error) return { code: "INTERNAL", message: error.stack ?? error.message };
  return { code: "INTERNAL", message: String(error) };
}

/** What the operating system refused: a full disk, a directory without permission. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

/** Tells whether an error is the data's fault or a policy's, and so an answer: no. */
export function isRefusal(error: unknown): error is CodedError {
  return error instanceof BadDataError || error instanceof PolicyError;
}
