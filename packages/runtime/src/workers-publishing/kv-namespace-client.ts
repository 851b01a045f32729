import type { CloudflareAccess } from "./cloudflare-access.ts";
import { assertKey, sliceKeys, slicePairs } from "./slices.ts";
import type { KvPair, Slice } from "./slices.ts";
import { parseResult } from "./cloudflare-answer.ts";
import { createCloudflareApi, MAX_ATTEMPTS } from "./cloudflare-api.ts";
import type { CallingOptions, CloudflareApi, CloudflareCall } from "./cloudflare-api.ts";
import { CloudflareError } from "./cloudflare-error.ts";
import { createKeyTurns } from "./key-turns.ts";
import type { KeyTurns } from "./key-turns.ts";

/**
 * Writes a Workers KV namespace through Cloudflare's API.
 *
 * Calls throw `CloudflareError` (`CLOUDFLARE_UNREACHABLE`, `CLOUDFLARE_REFUSED`, `CLOUDFLARE_RATE_LIMITED`),
 * or the signal's reason when it is aborted. What a failed write did is not known; it can be written again.
 */
export interface KvNamespaceClient {
  /**
   * Writes pairs, in as many calls as the API's limits ask for. Later pairs of one key win. A key that
   * was written within the last second, or is being written, waits; writes of other keys do not.
   *
   * @throws UsageError `KV_PAIR_TOO_LARGE`, `KV_KEY_INVALID` before anything is sent
   */
  put(pairs: readonly KvPair[], signal?: AbortSignal): Promise<void>;
  /** Deletes keys, as `put` writes them; one that is not there is none of its business. */
  remove(keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Returns a value as Cloudflare has it, or `undefined`. A Worker may see it up to 60 s later, or more. */
  read(key: string, signal?: AbortSignal): Promise<string | undefined>;
}

/**
 * Cloudflare's number for a key that is not there; 10013 is a namespace that is not.
 *
 * @see https://github.com/cloudflare/wrangler-legacy/blob/master/src/commands/kv/mod.rs
 */
const KEY_NOT_FOUND = 10009;

/**
 * Returns a client. It keeps a key's second for its own writes alone, so one program should have one client for
 * a namespace, and clients of one Cloudflare user a common pace.
 *
 * @throws UsageError `CLOUDFLARE_URL_INVALID`, `CLOUDFLARE_TOKEN_INVALID`
 */
export function createKvNamespaceClient(
  access: CloudflareAccess,
  options: CallingOptions = {},
): KvNamespaceClient {
  const api = createCloudflareApi(access, options);
  const turns = createKeyTurns(api.clock);
  return {
    put: async (pairs, signal) =>
      unlessAborted(changeInTurn(slicePairs(pairs), BULK_PUT, { api, turns, signal }), signal),
    remove: async (keys, signal) =>
      unlessAborted(changeInTurn(sliceKeys(keys), BULK_DELETE, { api, turns, signal }), signal),
    read: async (key, signal) => unlessAborted(readValue(key, api, signal), signal),
  };
}

/** Waits, and says in the signal's words that it was aborted: a clock and a `fetch` have their own. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function readValue(
  key: string,
  api: CloudflareApi,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  assertKey(key);
  const path = `/values/${encodeURIComponent(key)}`;
  const call = { operation: "Read key-value pair", method: "GET", path, signal } as const;
  try {
    return new TextDecoder().decode((await api.send(call)).body);
  } catch (error) {
    if (error instanceof CloudflareError && error.errorCodes.includes(KEY_NOT_FOUND)) {
      return undefined;
    }
    throw error;
  }
}

/** The call that changes a slice. */
type BulkCall = Pick<CloudflareCall, "operation" | "method" | "path">;

/** @see https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/methods/bulk_update/ */
const BULK_PUT: BulkCall = {
  operation: "Write multiple key-value pairs",
  method: "PUT",
  path: "/bulk",
};

/** @see https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/methods/bulk_delete/ */
const BULK_DELETE: BulkCall = {
  operation: "Delete multiple key-value pairs",
  method: "POST",
  path: "/bulk/delete",
};

interface Changing {
  readonly api: CloudflareApi;
  readonly turns: KeyTurns;
  readonly signal: AbortSignal | undefined;
}

async function changeInTurn(
  slices: readonly Slice[],
  call: BulkCall,
  { api, turns, signal }: Changing,
): Promise<void> {
  const endTurn = await turns.take(
    slices.flatMap(({ keys }) => keys),
    signal,
  );
  try {
    for (const slice of slices) await changeSlice(slice, { ...call, signal }, api);
  } finally {
    endTurn();
  }
}

/** Changes a slice, and again what of it Cloudflare says it could not. */
async function changeSlice(
  slice: Slice,
  call: Omit<CloudflareCall, "body">,
  api: CloudflareApi,
): Promise<void> {
  let left: ReadonlySet<string> | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await api.send({ ...call, body: slice.body(left) });
    left = unsuccessfulKeys(parseResult(call.operation, answer), slice);
    if (left.size === 0) return;
    if (attempt >= MAX_ATTEMPTS) throw incomplete(call.operation, left.size, slice.keys.length);
    await api.backOff(attempt, call.signal);
  }
}

/**
 * Returns those of a slice's keys that were not written everywhere; Cloudflare asks to write them again.
 *
 * @see https://developers.cloudflare.com/kv/platform/changelog/ (2024-11-14)
 */
function unsuccessfulKeys(result: unknown, { keys }: Slice): ReadonlySet<string> {
  if (typeof result !== "object" || result === null) return new Set();
  const { unsuccessful_keys: failed }: { unsuccessful_keys?: unknown } = result;
  if (!Array.isArray(failed)) return new Set();
  const names = new Set<unknown>(failed);
  return new Set(keys.filter((key) => names.has(key)));
}

function incomplete(operation: string, failed: number, all: number): CloudflareError {
  return new CloudflareError(
    "CLOUDFLARE_UNREACHABLE",
    `${operation}: expected all of ${all} keys to be changed, ${failed} were not after ${MAX_ATTEMPTS} tries; ` +
      "Cloudflare says to try those again, so do it later",
  );
}
