import type * as z from "zod";
import type { ApiIssue } from "../errors/api-error-schema.ts";
import { MAX_ISSUES, MAX_MESSAGE_LENGTH } from "../errors/api-error-schema.ts";

/** The part of a request an issue is in. */
export type RequestPart = "params" | "query" | "headers" | "body";

/** The longest name that is repeated; a longer one is cut. */
const MAX_NAME_LENGTH = 64;

/** The most steps of a path that are repeated. */
const MAX_STEPS = 32;

type ZodIssue = z.core.$ZodIssue;

/**
 * Returns the issues of the schema library in our words: what was expected and the kind of what came,
 * never the value, which may be a secret.
 */
export function describeIssues(
  part: RequestPart,
  issues: readonly ZodIssue[],
): readonly ApiIssue[] {
  return issues.flatMap((issue) => describeIssue(part, issue)).slice(0, MAX_ISSUES);
}

function describeIssue(part: RequestPart, issue: ZodIssue): readonly ApiIssue[] {
  const path = [part, ...issue.path.slice(0, MAX_STEPS).map(stepOf)];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, cleanName(key)],
      message: "is not known here; remove it, or mend its spelling",
    }));
  }
  return [{ path, message: messageOf(issue).slice(0, MAX_MESSAGE_LENGTH) }];
}

function messageOf(issue: ZodIssue): string {
  if (issue.code === "invalid_type" || issue.code === "invalid_value") {
    const expected = expectedBy(issue);
    return issue.input === undefined
      ? `is missing; expected ${expected}`
      : `expected ${expected}, got ${kindOf(issue.input)}`;
  }
  if (issue.code === "too_big") return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === "too_small") {
    return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
  }
  // The others have a message of the field's own, or one of the library's that shows no value.
  return issue.message;
}

function expectedBy(issue: z.core.$ZodIssueInvalidType | z.core.$ZodIssueInvalidValue): string {
  if (issue.code === "invalid_type") return NAMES[issue.expected] ?? issue.expected;
  const values = issue.values.map((value) => JSON.stringify(String(value)));
  return values.length === 1 ? (values[0] ?? "") : `one of ${values.join(", ")}`;
}

/** The library's names for kinds, in ours. */
const NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

/** What kind of JSON a value is. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return "another text";
  return typeof value === "number" ? "another number" : "true or false";
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

function stepOf(step: PropertyKey): string | number {
  return typeof step === "number" ? step : cleanName(String(step));
}

/** A name as it may stand in an answer: one short line. */
function cleanName(name: string): string {
  const clean = name.slice(0, MAX_NAME_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "�");
  return name.length > MAX_NAME_LENGTH ? `${clean}…` : clean;
}
