import { illegalParameter, invalidParameter } from "./connect-error.ts";

/**
 * Most resources on a page, and how many unless asked; Apple's default is UNCONFIRMED.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/large-data-sets
 */
const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Most included resources of one relationship of one resource, and how many unless asked. */
const MAX_INCLUDED = 50;
const DEFAULT_INCLUDED = 10;

/** What a request asks of a list. */
export interface ConnectQuery {
  /** Resources a page. */
  readonly limit: number;
  /** How many are on the pages before. */
  readonly offset: number;
  /** Relationships to include. */
  readonly include: readonly string[];
  /** Values to filter by, by name. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
  /** Which fields of a type to answer; all of those that are missing. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Returns how many of a relationship to include. */
  readonly includedLimit: (relationship: string) => number;
}

/** What a list can be asked. */
export interface ConnectQueryRules {
  /** Relationships that can be included. */
  readonly includable: readonly string[];
  /** Names that can be filtered by. */
  readonly filterable: readonly string[];
}

/** Reads a query; throws a `ConnectError` for what the list cannot be asked. */
export function readConnectQuery(
  query: URLSearchParams,
  { includable, filterable }: ConnectQueryRules,
): ConnectQuery {
  const filters = new Map<string, readonly string[]>();
  const fields = new Map<string, readonly string[]>();
  const includedLimits = new Map<string, number>();
  for (const [parameter, value] of query) {
    const { family, name = "" } = splitName(parameter);
    if (family === "filter" && filterable.includes(name)) filters.set(name, value.split(","));
    else if (family === "fields") fields.set(name, value.split(","));
    else if (family === "limit" && includable.includes(name)) {
      includedLimits.set(name, readNumber(parameter, value, MAX_INCLUDED));
    } else if (!["limit", "cursor", "include"].includes(parameter)) {
      throw illegalParameter(parameter);
    }
  }
  const limit = query.get("limit");
  return {
    limit: limit === null ? DEFAULT_LIMIT : readNumber("limit", limit, MAX_LIMIT),
    offset: readCursor(query.get("cursor")),
    include: readInclude(query.get("include"), includable),
    filters,
    fields,
    includedLimit: (relationship) => includedLimits.get(relationship) ?? DEFAULT_INCLUDED,
  };
}

/** Returns the cursor of a page that begins after `offset` resources. */
export function writeCursor(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64url");
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const offset = /^\{"offset":(?<offset>\d{1,9})\}$/v.exec(text)?.groups?.["offset"];
  if (offset === undefined) throw invalidParameter("cursor", "one from links.next");
  return Number(offset);
}

function readInclude(text: string | null, includable: readonly string[]): readonly string[] {
  const include = text === null ? [] : text.split(",");
  if (include.every((name) => includable.includes(name))) return include;
  throw invalidParameter("include", `some of ${includable.join(", ")}`);
}

function readNumber(parameter: string, text: string, most: number): number {
  const number = /^\d{1,6}$/v.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw invalidParameter(parameter, `a number from 1 to ${most}`);
}

function splitName(parameter: string): { readonly family?: string; readonly name?: string } {
  const { family, name } = /^(?<family>\w+)\[(?<name>\w+)\]$/v.exec(parameter)?.groups ?? {};
  return family === undefined || name === undefined ? {} : { family, name };
}
