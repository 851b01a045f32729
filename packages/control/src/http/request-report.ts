import { CodedError } from "@holdfast/appstore/errors";
import type { TraceParent } from "./trace-parent.ts";

/** What went wrong inside, for a log. */
export interface RequestProblem {
  /** Our code, or the error's class. */
  readonly code: string;
  /** Of our own errors, which hold no secrets; others may hold anything, and theirs is left out. */
  readonly message?: string;
  /** Where it was thrown, without the message. */
  readonly stack?: string;
}

/** One request that was answered; what a log or a metric wants to know. */
export interface RequestReport {
  readonly requestId: string;
  readonly method: string;
  /** Absent where no operation has the path and the method. */
  readonly operationId?: string;
  readonly status: number;
  /** The code of an answer that is no success. */
  readonly code?: string;
  /** `person:…` or `token:…`; absent where nobody was signed in. */
  readonly caller?: string;
  readonly durationMs: number;
  /** Where the caller said so. */
  readonly traceParent?: TraceParent;
  /** With a status from 500 on. */
  readonly problem?: RequestProblem;
}

/** Returns what a log may hold of an error. */
export function describeProblem(error: unknown): RequestProblem {
  if (!(error instanceof Error)) return { code: typeof error };
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    code: error instanceof CodedError ? String(error.code) : error.name,
    ...(error instanceof CodedError ? { message: error.message } : {}),
    ...(stack === undefined ? {} : { stack: stack.join("\n") }),
  };
}
