import type { RouteBody, RouteInput, routes } from "@holdfast/api";
import type { AttributeType } from "@holdfast/flow/evaluate";
import { isOneName, ONE_NAME } from "../resolve-subscriber.ts";
import type { TeamValue } from "../tables.ts";
import type { DeclaredTypes } from "./declared-attributes.ts";

/** What is said of one subscriber, as it was sent. */
export type AttributeEntry = RouteInput<typeof routes.putAttributes>["body"]["entries"][number];

/** Why an entry is not stored. */
export type EntryProblem = Omit<
  RouteBody<typeof routes.putAttributes>["problems"][number],
  "index"
>;

/** How far ahead of ours a caller's clock may be, ms. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Returns what is wrong with an entry first; undefined where nothing is. Messages hold no value that came. */
export function checkEntry(
  entry: AttributeEntry,
  { declared, now }: { readonly declared: DeclaredTypes; readonly now: number },
): EntryProblem | undefined {
  if (!isOneName(entry)) return { code: "SUBSCRIBER_AMBIGUOUS", message: ONE_NAME };
  const { asOf = now, expiresAt, ttlSeconds } = entry;
  if (asOf > now + CLOCK_SKEW_MS) {
    return {
      code: "AS_OF_IN_FUTURE",
      message: "asOf: expected a moment that has passed, for what is said later would not count",
    };
  }
  if (expiresAt !== undefined && (ttlSeconds !== undefined || expiresAt <= now)) {
    return {
      code: "EXPIRY_WRONG",
      message: "expected expiresAt, in the future, or ttlSeconds, or neither",
    };
  }
  for (const [name, value] of Object.entries(entry.attributes)) {
    const problem = checkValue(name, value, declared.get(name));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Taking back what a flow no longer declares is fine. */
function checkValue(
  attribute: string,
  value: TeamValue,
  types: ReadonlySet<AttributeType> | undefined,
): EntryProblem | undefined {
  if (value === null) return undefined;
  if (types === undefined) {
    return {
      code: "ATTRIBUTE_UNKNOWN",
      attribute,
      message: `expected a name that the live flow or the newest version declares under attributes, got ${attribute}`,
    };
  }
  if ([...types].some((type) => fits(value, type))) return undefined;
  const expected = [...types].map((type) => TYPE_WORDS[type]).join(" or ");
  return {
    code: "ATTRIBUTE_TYPE_WRONG",
    attribute,
    message: `${attribute}: expected ${expected}, got ${wordOf(value)}`,
  };
}

/** The latest moment JavaScript's dates know, ms since 1970. */
const LAST_MOMENT = 8.64e15;

function fits(value: TeamValue, type: AttributeType): boolean {
  if (type === "strings") return Array.isArray(value);
  if (type === "date") return Number.isInteger(value) && Math.abs(Number(value)) <= LAST_MOMENT;
  return typeof value === type;
}

const TYPE_WORDS: Readonly<Record<AttributeType, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  date: "a date in whole milliseconds since 1970",
  strings: "a list of texts",
};

function wordOf(value: TeamValue): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "true or false";
}
