/** A Workers KV namespace, and what opens it. */
export interface CloudflareAccess {
  readonly accountId: string;
  readonly namespaceId: string;
  /** A token with Workers KV Storage: Edit, and nothing else. */
  readonly apiToken: string;
  /** Default: `https://api.cloudflare.com/client/v4`; http only on this machine. */
  readonly apiUrl?: string | undefined;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch | undefined;
}

/** A key and its value. */
export interface KvPair {
  /** At most 512 bytes. */
  readonly key: string;
  /** At most 25 MiB. */
  readonly value: string;
}

/** Writes a Workers KV namespace through Cloudflare's API. */
export interface KvNamespaceClient {
  /** Writes pairs, in as many calls as the API's limits ask for. Later pairs of one key win. */
  put(pairs: readonly KvPair[], signal?: AbortSignal): Promise<void>;
  /** Deletes keys; one that is not there is none of its business. */
  remove(keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Returns a value as Cloudflare has it, or `undefined`. */
  read(key: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** Returns a client. */
export function createKvNamespaceClient(_access: CloudflareAccess): KvNamespaceClient {
  throw new Error("not there yet");
}
