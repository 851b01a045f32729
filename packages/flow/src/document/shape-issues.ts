import type * as z from "zod";
import type { DocumentIssueCode } from "./document-code.ts";
import type { FlowPath, IssueDraft } from "./flow-issue.ts";
import { MESSAGE_SEPARATOR } from "./schema-parts.ts";

type Draft = IssueDraft<DocumentIssueCode>;
type SchemaIssue = z.core.$ZodIssue;

/**
 * Turns the schema library's issues into ours: one for each thing that is wrong, in our words,
 * and for a choice of shapes only what is wrong with the shape that was meant.
 */
export function shapeIssues(issues: readonly SchemaIssue[], value: unknown): readonly Draft[] {
  const drafts = issues.flatMap((issue) => convert(issue, [], value));
  return withoutEchoes(drafts);
}

/** A member under a wrong name also leaves a hole where it should be: that hole is not news. */
function withoutEchoes(drafts: readonly Draft[]): readonly Draft[] {
  const parentOf = ({ path }: Draft) => JSON.stringify(path.slice(0, -1));
  const misnamed = new Set(drafts.filter(({ code }) => code === "UNKNOWN_KEY").map(parentOf));
  return drafts.filter(
    ({ code, path }) => code !== "INVALID_VALUE" || !misnamed.has(JSON.stringify(path)),
  );
}

function convert(issue: SchemaIssue, above: FlowPath, root: unknown): readonly Draft[] {
  const path: FlowPath = [...above, ...issue.path.map(pathPart)];
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownKeys(issue, path);
    case "invalid_union":
      return convertUnion(issue, path, root);
    case "invalid_key":
      return issue.issues.map(({ message }) => ({
        code: "INVALID_VALUE",
        message: `the name "${String(path.at(-1))}": ${lowerFirst(message)}`,
        path,
        at: "key",
      }));
    case "invalid_type":
      return [wrongType(issue, path, root)];
    case "invalid_value":
      return [invalidValue(issue, path, root)];
    default:
      return [{ code: "INVALID_VALUE", message: lowerFirst(issue.message), path }];
  }
}

function unknownKeys(
  issue: SchemaIssue & { code: "unrecognized_keys" },
  path: FlowPath,
): readonly Draft[] {
  const messages = issue.message.split(MESSAGE_SEPARATOR);
  return issue.keys.map((key, index) => ({
    code: "UNKNOWN_KEY",
    message: messages[index] ?? `unknown key "${key}"`,
    path: [...path, key],
    at: "key",
  }));
}

/** Of several shapes the one counts whose own type is right: its issues are the helpful ones. */
function convertUnion(
  issue: SchemaIssue & { code: "invalid_union" },
  path: FlowPath,
  root: unknown,
): readonly Draft[] {
  const meant = issue.errors
    .filter((branch) => !branch.some(isOwnType))
    .sort((a, b) => weightOf(a) - weightOf(b))[0];
  if (meant !== undefined) return meant.flatMap((inner) => convert(inner, path, root));
  const expected = issue.errors.flat().flatMap(expectedOf);
  const message = `expected ${[...new Set(expected)].join(" or ")}, got ${typeName(at(root, path))}`;
  return [{ code: "WRONG_TYPE", message, path }];
}

function isOwnType(issue: SchemaIssue): boolean {
  const own = issue.path.length === 0;
  return own && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function weightOf(branch: readonly SchemaIssue[]): number {
  return branch.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
    0,
  );
}

function expectedOf(issue: SchemaIssue): readonly string[] {
  if (issue.code === "invalid_type") return [article(issue.expected)];
  return issue.code === "invalid_value" ? issue.values.map((value) => JSON.stringify(value)) : [];
}

function wrongType(
  issue: SchemaIssue & { code: "invalid_type" },
  path: FlowPath,
  root: unknown,
): Draft {
  const value = at(root, path);
  if (value === undefined) return missing(path);
  const message = `expected ${article(issue.expected)}, got ${typeName(value)}`;
  return { code: "WRONG_TYPE", message, path };
}

function missing(path: FlowPath): Draft {
  const key = String(path.at(-1));
  if (path.length === 1 && key === "fallback") {
    const message = 'the flow needs a fallback, like "fallback: { message: keep }"';
    return { code: "MISSING_FALLBACK", message, path };
  }
  return { code: "MISSING_KEY", message: `the key "${key}" is missing`, path };
}

function invalidValue(
  issue: SchemaIssue & { code: "invalid_value" },
  path: FlowPath,
  root: unknown,
): Draft {
  const value = at(root, path);
  if (value === undefined) return missing(path);
  const allowed = issue.values.map((item) => JSON.stringify(item)).join(", ");
  const came = typeof value === "object" ? typeName(value) : JSON.stringify(value);
  return { code: "INVALID_VALUE", message: `expected ${allowed}, got ${came}`, path };
}

function at(root: unknown, path: FlowPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    // An own member of an object, by a name that was just checked.
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}

function pathPart(part: PropertyKey): string | number {
  return typeof part === "symbol" ? String(part) : part;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

function article(type: string): string {
  return ARTICLES[type] ?? type;
}

function typeName(value: unknown): string {
  if (value === null) return "nothing";
  return article(Array.isArray(value) ? "array" : typeof value);
}

function lowerFirst(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
