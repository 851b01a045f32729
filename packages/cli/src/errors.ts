import { BadDataError, CodedError, PolicyError, UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import type { FlowIssue } from "@holdfast/flow/document";
import type { ExitCode, Io } from "./command.ts";
import { ControlCallError } from "./control-plane/control-call-error.ts";
import { describeCallError, renderCallError } from "./control-plane/describe-call-error.ts";
import type { DescribedCallError } from "./control-plane/describe-call-error.ts";
import { renderIssues } from "./issues.ts";
import type { TextOfFile } from "./issues.ts";
import { createStyle, printableLines } from "./style.ts";

/** What cannot be used: a flow, the cases beside it, or a file that is imported. */
type FlowRefusedCode = "FLOW_INVALID" | "CASES_INVALID" | "IMPORT_INVALID";

/** A flow, or another file of texts, cannot be used; everything that is wrong comes with it. */
export class FlowRefused extends UsageError<FlowRefusedCode> {
  readonly issues: readonly FlowIssue[];
  /** For showing the lines. */
  readonly textOf: TextOfFile;

  constructor(
    code: FlowRefusedCode,
    message: string,
    { issues, textOf }: { readonly issues: readonly FlowIssue[]; readonly textOf: TextOfFile },
  ) {
    super(code, message);
    this.issues = issues;
    this.textOf = textOf;
  }
}

/**
 * Why a command ended without what it was to reach.
 *
 * - `PERFORMANCE_TEST_FAILED`, `ENDPOINT_CHECK_FAILED`: the answer is no
 * - `ENDPOINT_CHECK_INCOMPLETE`: nothing failed, but too little could be looked at for a yes
 * - `REVIEW_REJECTED`: Apple rejected what was waited for
 * - `STILL_PENDING`: there is no answer yet
 * - `INTERRUPTED`: Ctrl-C ended the waiting
 * - `CREDENTIALS_REFUSED`: some of the stored credentials cannot be used
 * - `PAGE_LIMIT_REACHED`: Apple has more pages than were to be read
 * - `FLOW_CAN_DEFER`: a flow can answer a performance test with what fails it
 * - `SYNC_FAILED`: App Store Connect could not be read
 * - `TESTED_PRODUCT_UNKNOWN`: what the tested subscription is of cannot be found out
 * - `NOTHING_LIVE`: nothing was published there yet
 * - `NOTHING_SAVED`: the app has no version yet
 * - `NOTHING_BEFORE`: nothing else was live before
 * - `DEPLOYMENT_FAILED`: a deployment that had to end well did not
 */
export type CommandFailedCode =
  | "PERFORMANCE_TEST_FAILED"
  | "ENDPOINT_CHECK_FAILED"
  | "ENDPOINT_CHECK_INCOMPLETE"
  | "REVIEW_REJECTED"
  | "STILL_PENDING"
  | "INTERRUPTED"
  | "CREDENTIALS_REFUSED"
  | "PAGE_LIMIT_REACHED"
  | "FLOW_CAN_DEFER"
  | "SYNC_FAILED"
  | "TESTED_PRODUCT_UNKNOWN"
  | "NOTHING_LIVE"
  | "NOTHING_SAVED"
  | "NOTHING_BEFORE"
  | "DEPLOYMENT_FAILED";

/** A command ended without what it was to reach: told apart by exit codes. */
export class CommandFailed extends PolicyError<CommandFailedCode> {
  /** What to do about it. */
  readonly advice: string | undefined;

  constructor(
    code: CommandFailedCode,
    message: string,
    { advice, ...options }: ErrorOptions & { readonly advice?: string } = {},
  ) {
    super(code, message, options);
    this.advice = advice;
  }
}

/** What a shell sees of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Codes that have an exit code of their own. */
const EXIT_CODE_OF: Readonly<Record<string, ExitCode>> = {
  PERFORMANCE_TEST_FAILED: 4,
  ENDPOINT_CHECK_FAILED: 4,
  STILL_PENDING: 5,
  READ_ONLY: 6,
  REQUEST_ABORTED: INTERRUPTED,
  API_ABORTED: INTERRUPTED,
  INTERRUPTED,
  // What the control plane refuses of what it was given.
  INPUT_INVALID: 2,
  FLOW_INVALID: 2,
  BODY_TOO_LARGE: 2,
};

/** Returns the exit code of an error: 2 for what the caller gave us, 1 for most others. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2;
  return (error instanceof CodedError ? EXIT_CODE_OF[String(error.code)] : undefined) ?? 1;
}

/** How an error is told. */
export interface ErrorReport {
  readonly json: boolean;
  /** JSON on one line; default false. */
  readonly compact?: boolean;
  /** What there was to warn of before, for JSON; default none. */
  readonly warnings?: readonly string[];
  /** What to do after Ctrl-C, unless the error itself says; default: run it again. */
  readonly afterInterruption?: string | undefined;
}

const RUN_AGAIN = "run the same command again";

/** Writes an error to standard error: for people, or as one JSON document. */
export function reportError(
  error: unknown,
  io: Pick<Io, "stderr" | "colors">,
  { json, compact = false, warnings = [], afterInterruption = RUN_AGAIN }: ErrorReport,
): void {
  const otherwise = exitCodeOf(error) === INTERRUPTED ? afterInterruption : undefined;
  const { advice = otherwise, ...described } = describe(error);
  if (json) {
    const issues = error instanceof FlowRefused ? { issues: error.issues } : {};
    const document = {
      error: { ...described, ...(advice === undefined ? {} : { advice }), ...issues },
      ...(warnings.length === 0 ? {} : { warnings }),
    };
    io.stderr(`${JSON.stringify(document, undefined, compact ? 0 : 2)}\n`);
    return;
  }
  const style = createStyle(io);
  if (error instanceof FlowRefused) {
    io.stderr(`${renderIssues(error.issues, { style, textOf: error.textOf }).join("\n")}\n\n`);
  }
  io.stderr(`${style.red("error")} ${described.code}: ${printableLines(described.message)}\n`);
  if (error instanceof ControlCallError) {
    for (const line of renderCallError(error, style)) io.stderr(`${line}\n`);
  }
  if (advice !== undefined) io.stderr(`${style.cyan("hint")} ${printableLines(advice)}\n`);
  if (described.retryAt !== undefined) {
    const at = new Date(described.retryAt).toISOString();
    const who = error instanceof ControlCallError ? "the server" : "Apple";
    io.stderr(`${style.cyan("hint")} ${who} takes the next call at ${at}\n`);
  }
}

/** Writes what a command that ended well warned of as one JSON document; without warnings nothing. */
export function reportWarnings(
  warnings: readonly string[],
  io: Pick<Io, "stderr">,
  { compact }: { readonly compact: boolean },
): void {
  if (warnings.length === 0) return;
  io.stderr(`${JSON.stringify({ warnings }, undefined, compact ? 0 : 2)}\n`);
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

/** What to do about errors that do not say so themselves. */
const ADVICE_OF: Readonly<Record<string, string>> = {
  ROOT_UNTRUSTED:
    "what a local App Store signed is trusted with --trusted-root and its root certificate",
};

function describe(error: unknown): DescribedError | DescribedCallError {
  if (error instanceof AppleApiError) return describeAppleError(error);
  if (error instanceof ControlCallError) return describeCallError(error);
  if (error instanceof CodedError) {
    const advice = error instanceof CommandFailed ? error.advice : ADVICE_OF[String(error.code)];
    const { message } = error;
    return { code: String(error.code), message, ...(advice === undefined ? {} : { advice }) };
  }
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
