import type { Clock } from "../clock/clock.ts";
import { CloudflareApiError, REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readBody, readJson } from "./json-body.ts";
import {
  assertEntry,
  assertKey,
  expirationOf,
  type KvEntry,
  MAX_BULK_READ,
  MIN_CACHE_TTL_SECONDS,
  valueAs,
} from "./kv-limits.ts";
import type { KvLocation } from "./kv-location.ts";
import { type KeyPage, pageOf, parsePageQuery } from "./kv-page.ts";

/** What a Worker asked of a namespace. */
export interface KvRequest {
  readonly namespaceId: string;
  readonly location: string;
  readonly operation: "get" | "getMany" | "put" | "delete" | "list";
  /** Missing for a list. */
  readonly keys: readonly string[];
  /** Where a value that was read came from. */
  readonly from?: "cache" | "store";
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What answering a Worker needs. */
export interface KvBackendContext {
  readonly location: KvLocation;
  readonly clock: Clock;
  /** Told of each request that was understood. */
  readonly seen: (request: Pick<KvRequest, "operation" | "keys" | "from">) => void;
}

/**
 * Answers what workerd asks of the service behind a KV binding: `GET`, `PUT` and `DELETE /{key}`, `GET /` for
 * a list and `POST /bulk/get`. This protocol is documented nowhere but in miniflare, which speaks it.
 *
 * @see https://github.com/cloudflare/workers-sdk/blob/main/packages/miniflare/src/workers/kv/namespace.worker.ts
 */
export async function answerKv(request: Request, context: KvBackendContext): Promise<Response> {
  try {
    return await answerOperation(request, context);
  } catch (error) {
    if (!(error instanceof CloudflareApiError)) throw error;
    return new Response(error.message, { status: error.status, headers: error.headers });
  }
}

async function answerOperation(request: Request, context: KvBackendContext): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const key = decodeKey(pathname.slice(1), searchParams);
  if (request.method === "POST" && pathname === "/bulk/get") return getMany(request, context);
  if (request.method === "GET" && pathname === "/") return list(searchParams, context);
  if (request.method === "GET") return get(key, searchParams, context);
  if (request.method === "PUT") return put(key, request, context);
  if (request.method === "DELETE") return remove(key, context);
  throw REFUSALS.methodUnknown();
}

function decodeKey(path: string, query: URLSearchParams): string {
  if (query.get("urlencoded")?.toLowerCase() !== "true") return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw REFUSALS.invalid("could not URL-decode key name");
  }
}

function get(key: string, query: URLSearchParams, { location, seen }: KvBackendContext): Response {
  assertKey(key);
  const { entry, from } = location.read(key, parseCacheTtl(query.get("cache_ttl")));
  seen({ operation: "get", keys: [key], from });
  if (entry === undefined) return new Response("Not Found", { status: 404 });
  return new Response(entry.value, { headers: entryHeaders(entry) });
}

function entryHeaders({ metadata, expiration }: KvEntry): Headers {
  const headers = new Headers();
  if (metadata !== undefined) headers.set("CF-KV-Metadata", JSON.stringify(metadata));
  if (expiration !== undefined) headers.set("CF-Expiration", String(expiration));
  return headers;
}

function parseCacheTtl(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined;
  const seconds = Number(value);
  if (seconds >= MIN_CACHE_TTL_SECONDS) return seconds;
  throw REFUSALS.invalid(`cache TTL must be at least ${MIN_CACHE_TTL_SECONDS}`);
}

async function getMany(request: Request, { location, seen }: KvBackendContext): Promise<Response> {
  const { keys, type, withMetadata, cacheTtl } = membersOf(await readJson(request));
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_BULK_READ) {
    throw REFUSALS.invalid(`expected 1 to ${MAX_BULK_READ} keys`);
  }
  const names = keys.map(String);
  const ttl = parseCacheTtl(cacheTtl);
  const values = names.map((key) => {
    assertKey(key);
    const { entry } = location.read(key, ttl);
    if (entry === undefined) return [key, null];
    const value = valueAs(type, entry);
    return [key, withMetadata === true ? { value, metadata: entry.metadata ?? null } : value];
  });
  seen({ operation: "getMany", keys: names });
  return Response.json(Object.fromEntries(values));
}

async function put(
  key: string,
  request: Request,
  { location, clock, seen }: KvBackendContext,
): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const [at, ttl] = ["expiration", "expiration_ttl"].map((name) => query.get(name));
  const metadata = request.headers.get("CF-KV-Metadata");
  const entry: KvEntry = {
    value: await readBody(request),
    ...(metadata === null ? {} : { metadata: JSON.parse(metadata) }),
    expiration: expirationOf({ at: asNumber(at), ttl: asNumber(ttl) }, clock.now()),
  };
  assertKey(key);
  assertEntry(entry);
  seen({ operation: "put", keys: [key] });
  if (!location.write(key, entry)) throw REFUSALS.tooManyWrites();
  return new Response();
}

function remove(key: string, { location, seen }: KvBackendContext): Response {
  assertKey(key);
  seen({ operation: "delete", keys: [key] });
  if (!location.write(key, undefined)) throw REFUSALS.tooManyWrites();
  return new Response();
}

function list(query: URLSearchParams, { location, seen }: KvBackendContext): Response {
  seen({ operation: "list", keys: [] });
  const page = parsePageQuery(query, "key_count_limit", 1);
  const { keys, cursor } = pageOf(location.entries(), page);
  return Response.json({
    keys: keys.map(toListed),
    list_complete: cursor === "",
    ...(cursor === "" ? {} : { cursor }),
    cacheStatus: null,
  });
}

/** Here, and not in the API, metadata is JSON in a text. */
function toListed({ name, expiration, metadata }: KeyPage["keys"][number]) {
  return {
    name,
    expiration,
    ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
  };
}

function asNumber(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : Number(text);
}
