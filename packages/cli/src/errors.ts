import { BadDataError, CodedError, PolicyError, UsageError } from "@holdfast/appstore/errors";
import picocolors from "picocolors";
import type { ExitCode } from "./command.ts";

/** Returns the exit code of an error: 2 for what the caller gave us, 1 for everything else. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UsageError ? 2 : 1;
}

/** Renders an error for people, or as one JSON document. */
export function renderError(
  error: unknown,
  { json, colors }: { readonly json: boolean; readonly colors: boolean },
): string {
  const { code, message } = describe(error);
  if (json) return `${JSON.stringify({ error: { code, message } })}\n`;
  const { red } = picocolors.createColors(colors);
  return `${red("error")} ${code}: ${message}\n`;
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CodedError) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: "INTERNAL", message: error.stack ?? error.message };
  return { code: "INTERNAL", message: String(error) };
}

/** Tells whether an error is the data's fault or a policy's, and so an answer: no. */
export function isRefusal(error: unknown): error is CodedError {
  return error instanceof BadDataError || error instanceof PolicyError;
}
