import { REFUSALS } from "./cloudflare-error.ts";
import { type KvEntry, MAX_LIST_KEYS } from "./kv-limits.ts";

/** A page of keys with what is told of each. */
export interface KeyPage {
  readonly keys: readonly (Omit<KvEntry, "value"> & { readonly name: string })[];
  /** What the next page is asked for with; empty at the end. */
  readonly cursor: string;
}

/** Which page of the keys is wanted. */
export interface PageQuery {
  readonly prefix: string;
  readonly cursor: string;
  readonly limit: number;
}

/** Returns what a query asks for; `limitName` is how it calls its limit. Throws what is refused. */
export function parsePageQuery(
  query: URLSearchParams,
  limitName: string,
  minLimit: number,
): PageQuery {
  const limit = Number(query.get(limitName) ?? MAX_LIST_KEYS);
  if (!Number.isInteger(limit) || limit < minLimit || limit > MAX_LIST_KEYS) {
    throw REFUSALS.invalid(
      `${limitName} must be a whole number from ${minLimit} to ${MAX_LIST_KEYS}`,
    );
  }
  return { prefix: query.get("prefix") ?? "", cursor: query.get("cursor") ?? "", limit };
}

/** Returns a page of `sorted` values; a cursor names the last key of the page before. */
export function pageOf(
  sorted: ReadonlyMap<string, KvEntry>,
  { prefix, cursor, limit }: PageQuery,
): KeyPage {
  const after = Buffer.from(cursor, "base64url");
  const matching = [...sorted].filter(
    ([key]) =>
      key.startsWith(prefix) && (cursor === "" || Buffer.compare(Buffer.from(key), after) > 0),
  );
  const keys = matching.slice(0, limit).map(([name, { metadata, expiration }]) => ({
    name,
    metadata,
    expiration,
  }));
  const last = keys.at(-1);
  const isMore = matching.length > keys.length && last !== undefined;
  return { keys, cursor: isMore ? Buffer.from(last.name).toString("base64url") : "" };
}
