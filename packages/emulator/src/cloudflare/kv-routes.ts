import type { Clock } from "../clock/clock.ts";
import type { ApiCall, ApiRoute } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readBody, readJson } from "./json-body.ts";
import { parseDeletions, parsePairs, writeAll } from "./kv-bulk.ts";
import {
  assertEntry,
  assertKey,
  expirationOf,
  type KvEntry,
  MAX_BULK_READ,
  valueAs,
} from "./kv-limits.ts";
import type { KvNamespace } from "./kv-namespace.ts";
import { pageOf, parsePageQuery } from "./kv-page.ts";

/** The fewest keys that a page may be asked to have. */
const MIN_PAGE_KEYS = 10;

/** The namespaces of an account. */
export interface KvNamespaces {
  readonly all: ReadonlyMap<string, KvNamespace>;
  /** Throws what is refused when there is none with this id. */
  find(id: string): KvNamespace;
}

/**
 * Returns the operations on values: as the API documents them, with everything it has at once.
 *
 * @see https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/
 */
export function kvValueRoutes(namespaces: KvNamespaces, clock: Clock): readonly ApiRoute[] {
  const namespaceOf = (call: ApiCall) => namespaces.find(call.param("namespace"));
  const entryOf = (call: ApiCall): KvEntry => {
    const entry = namespaceOf(call).read(call.param("key"));
    if (entry === undefined) throw REFUSALS.keyUnknown();
    return entry;
  };
  const deleteAll = async (call: ApiCall) => {
    const namespace = namespaceOf(call);
    const deletions = parseDeletions(await readJson(call.request));
    return { result: writeAll(namespace, deletions, call.failingKeys) };
  };
  const permission = "kv";
  return [
    {
      method: "GET",
      path: at("values/:key"),
      permission,
      answer: (call) => ({ response: valueResponse(entryOf(call)) }),
    },
    {
      method: "PUT",
      path: at("values/:key"),
      permission,
      async answer(call) {
        const namespace = namespaceOf(call);
        const key = call.param("key");
        const entry = await readEntry(call, clock);
        assertKey(key);
        assertEntry(entry);
        if (!namespace.write(key, entry)) throw REFUSALS.tooManyWrites();
        return { result: null };
      },
    },
    {
      method: "DELETE",
      path: at("values/:key"),
      permission,
      answer(call) {
        if (!namespaceOf(call).write(call.param("key"), undefined)) throw REFUSALS.tooManyWrites();
        return { result: null };
      },
    },
    {
      method: "GET",
      path: at("metadata/:key"),
      permission,
      answer: (call) => ({ result: entryOf(call).metadata ?? null }),
    },
    {
      method: "PUT",
      path: at("bulk"),
      permission,
      async answer(call) {
        const namespace = namespaceOf(call);
        const writes = parsePairs(await readJson(call.request), clock.now());
        return { result: writeAll(namespace, writes, call.failingKeys) };
      },
    },
    { method: "POST", path: at("bulk/delete"), permission, answer: deleteAll },
    // Deprecated, and still what older programs call.
    { method: "DELETE", path: at("bulk"), permission, answer: deleteAll },
    {
      method: "POST",
      path: at("bulk/get"),
      permission,
      async answer(call) {
        const namespace = namespaceOf(call);
        return { result: { values: readAll(namespace, await readJson(call.request)) } };
      },
    },
    {
      method: "GET",
      path: at("keys"),
      permission,
      answer: (call) => listKeys(namespaceOf(call), call.query),
    },
  ];
}

function at(path: string): string {
  return `storage/kv/namespaces/:namespace/${path}`;
}

function valueResponse({ value, expiration }: KvEntry): Response {
  return new Response(value, {
    headers: {
      "content-type": "application/octet-stream",
      ...(expiration === undefined ? {} : { expiration: String(expiration) }),
    },
  });
}

/** A value is the body, or with metadata a part of a form. */
async function readEntry({ request, query }: ApiCall, clock: Clock): Promise<KvEntry> {
  const wanted = { at: numberIn(query, "expiration"), ttl: numberIn(query, "expiration_ttl") };
  const expiration = expirationOf(wanted, clock.now());
  const type = request.headers.get("content-type") ?? "";
  const body = await readBody(request);
  if (!type.startsWith("multipart/form-data")) return { value: body, expiration };
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const [value, metadata] = [form.get("value"), form.get("metadata")];
  return {
    value: new Uint8Array(await new Response(value ?? "").arrayBuffer()),
    metadata: typeof metadata === "string" ? parseMetadata(metadata) : undefined,
    expiration,
  };
}

function parseMetadata(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw REFUSALS.invalid("metadata must be valid JSON");
  }
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Number(text);
}

function readAll(namespace: KvNamespace, body: unknown): Readonly<Record<string, unknown>> {
  const { keys, type } = membersOf(body);
  if (!Array.isArray(keys) || keys.length > MAX_BULK_READ) {
    throw REFUSALS.invalid(`expected at most ${MAX_BULK_READ} keys`);
  }
  return Object.fromEntries(
    keys.map(String).map((key) => {
      const entry = namespace.read(key);
      return [key, entry === undefined ? null : valueAs(type, entry)];
    }),
  );
}

function listKeys(namespace: KvNamespace, query: URLSearchParams) {
  const page = parsePageQuery(query, "limit", MIN_PAGE_KEYS);
  const { keys, cursor } = pageOf(namespace.entries(), page);
  return { result: keys, resultInfo: { count: keys.length, cursor } };
}
