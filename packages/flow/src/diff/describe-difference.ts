import type { FlowPath } from "../document/index.ts";
import { isPlainList } from "./diff-values.ts";
import type { Difference } from "./diff-values.ts";

/** The longest description, in UTF-16 code units: what the API sends. */
export const MAX_LENGTH = 500;

/** The longest value inside a description. */
const MAX_VALUE_LENGTH = 80;

/** Returns a difference in words: `rule annual_winback: storefront gained GBR`. */
export function describeDifference(difference: Difference): string {
  return shorten(`${placeInWords(difference.path)} ${whatHappened(difference)}`, MAX_LENGTH);
}

/** What the members of a document are called when one entry of them is meant. */
const KINDS: Readonly<Record<string, string>> = {
  rules: "rule",
  messages: "message",
  rollouts: "rollout",
  exclusionGroups: "exclusion group",
  attributes: "attribute",
  defaults: "default",
};

function placeInWords(path: FlowPath): string {
  const [top = "the flow", entry, ...rest] = path;
  // An overlay is a small document of its own.
  if (top === "environments" && entry !== undefined) {
    return rest.length === 0 ? String(entry) : `${entry}: ${placeInWords(rest)}`;
  }
  const kind = KINDS[top];
  if (kind === undefined) return words(path);
  if (entry === undefined) return String(top);
  const name = typeof entry === "number" ? `${kind} ${entry + 1}` : `${kind} ${entry}`;
  return rest.length === 0 ? name : `${name}: ${words(rest)}`;
}

/** Members that say nothing when something follows them. */
const SILENT = new Set(["when", "locales", "experiment", "respond", "in"]);

/** Members whose entries are called like them, in the singular. */
const SINGULAR: Readonly<Record<string, string>> = { arms: "arm", bullets: "bullet" };

const SPOKEN: Readonly<Record<string, string>> = {
  when: "condition",
  respond: "response",
  notIn: "not in",
  gt: "more than",
  gte: "at least",
  lt: "less than",
  lte: "at most",
  notIncludes: "not includes",
  startsWith: "starts with",
  ifUnknown: "if unknown",
};

function words(path: FlowPath): string {
  const spoken = path.flatMap((part, index) => {
    if (typeof part === "number") return [String(part + 1)];
    const isLast = index === path.length - 1;
    const before = path[index - 1];
    // Names of entries are said as they are, whatever they are called.
    if (typeof before === "string" && before in SINGULAR) return [part];
    if (SILENT.has(part) && (!isLast || part === "in")) return [];
    return [(isLast ? undefined : SINGULAR[part]) ?? SPOKEN[part] ?? part];
  });
  return spoken.join(" ");
}

function whatHappened({ kind, before, after }: Difference): string {
  switch (kind) {
    case "added":
      return isShort(after) ? `added: ${say(after)}` : "added";
    case "removed":
      return isShort(before) ? `removed, was ${say(before)}` : "removed";
    case "moved":
      return `moved from place ${String(before)} to place ${String(after)}`;
    default:
      return isPlainList(before) && isPlainList(after)
        ? gainedAndLost(before, after)
        : `changed from ${say(before)} to ${say(after)}`;
  }
}

function gainedAndLost(before: readonly unknown[], after: readonly unknown[]): string {
  const gained = [...new Set(after)].filter((entry) => !before.includes(entry));
  const lost = [...new Set(before)].filter((entry) => !after.includes(entry));
  return [
    ...(gained.length === 0 ? [] : [`gained ${gained.map(say).join(", ")}`]),
    ...(lost.length === 0 ? [] : [`lost ${lost.map(say).join(", ")}`]),
  ].join(" and ");
}

/** Whole rules and messages say enough by their names. */
function isShort(value: unknown): boolean {
  return typeof value !== "object" || isPlainList(value);
}

/** Names and numbers as they are, texts in quotes, the rest as JSON; cut where it is long. */
function say(value: unknown): string {
  if (typeof value === "string" && /^[\w./:-]+$/.test(value)) return value;
  if (isPlainList(value)) return shorten(value.map(say).join(", "), MAX_VALUE_LENGTH);
  return shorten(JSON.stringify(value), MAX_VALUE_LENGTH);
}

/** Returns a text of at most `length` UTF-16 code units, without half a character at its end. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
