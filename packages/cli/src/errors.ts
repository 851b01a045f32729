import { BadDataError, CodedError, PolicyError, UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
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

/** The answer of something that was looked at is no, or there is none yet: told apart by exit codes. */
export class CommandFailed extends PolicyError<
  "PERFORMANCE_TEST_FAILED" | "ENDPOINT_CHECK_FAILED" | "STILL_PENDING"
> {}

/** Codes that have an exit code of their own. */
const EXIT_CODE_OF: Readonly<Record<string, ExitCode>> = {
  PERFORMANCE_TEST_FAILED: 4,
  ENDPOINT_CHECK_FAILED: 4,
  STILL_PENDING: 5,
  READ_ONLY: 6,
  REQUEST_ABORTED: 130,
};

/** Returns the exit code of an error: 2 for what the caller gave us, 1 for most others. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2;
  return (error instanceof CodedError ? EXIT_CODE_OF[String(error.code)] : undefined) ?? 1;
}

/** Writes an error to standard error: for people, or as one JSON document. */
export function reportError(
  error: unknown,
  io: Pick<Io, "stderr" | "colors">,
  { json }: { readonly json: boolean },
): void {
  const { advice, ...described } = describe(error);
  if (json) {
    const issues = error instanceof FlowRefused ? { issues: error.issues } : {};
    const document = {
      error: { ...described, ...(advice === undefined ? {} : { advice }), ...issues },
    };
    io.stderr(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const style = createStyle(io);
  if (error instanceof FlowRefused) {
    io.stderr(`${renderIssues(error.issues, { style, textOf: error.textOf }).join("\n")}\n\n`);
  }
  io.stderr(`${style.red("error")} ${described.code}: ${described.message}\n`);
  if (advice !== undefined) io.stderr(`${style.cyan("hint")} ${advice}\n`);
}

/** An error as the JSON document shows it; what is unknown is left out. */
interface DescribedError {
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The HTTP status of Apple's answer. */
  readonly status?: number;
  /** Apple's number, like 4040015. */
  readonly appleCode?: number;
  /** Apple's name for it, like `MessageNotFoundError`. */
  readonly appleName?: string;
  /** Apple's words. */
  readonly appleMessage?: string;
  /** Whether the same command can succeed later, and may be run again without harm. */
  readonly retryable?: boolean;
  /** When, in milliseconds since 1970. */
  readonly retryAt?: number;
}

function describe(error: unknown): DescribedError {
  if (error instanceof AppleApiError) return describeAppleError(error);
  if (error instanceof CodedError) return { code: String(error.code), message: error.message };
  if (isSystemError(error)) return { code: "SYSTEM_ERROR", message: error.message };
  if (error instanceof Error) return { code: "INTERNAL", message: error.stack ?? error.message };
  return { code: "INTERNAL", message: String(error) };
}

function describeAppleError(error: AppleApiError): DescribedError {
  const { code, message, advice, status, errorCode, errorName, errorMessage, retryAt } = error;
  return {
    code,
    message,
    retryable: error.retryable,
    ...(advice === undefined ? {} : { advice }),
    ...(status === undefined ? {} : { status }),
    ...(errorCode === undefined ? {} : { appleCode: errorCode }),
    ...(errorName === undefined ? {} : { appleName: errorName }),
    ...(errorMessage === undefined ? {} : { appleMessage: errorMessage }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** What the operating system refused: a full disk, a directory without permission. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

/** Tells whether an error is the data's fault or a policy's, and so an answer: no. */
export function isRefusal(error: unknown): error is CodedError {
  return error instanceof BadDataError || error instanceof PolicyError;
}
