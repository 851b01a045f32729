/**
 * What of the Workers platform is used, declared here so that no types of the platform's own are needed.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/
 */

/**
 * A KV namespace. A value may be up to a minute old, and a value that is missing may be missing as long.
 *
 * @see https://developers.cloudflare.com/kv/api/read-key-value-pairs/
 */
export interface KvNamespace {
  /**
   * Returns a value, or null where there is none.
   *
   * `cacheTtl`: seconds a value, or that there is none, stays in the cache of the location; at least 30.
   */
  get(key: string, options?: { readonly cacheTtl?: number }): Promise<string | null>;
  put(key: string, value: string, options?: { readonly expirationTtl?: number }): Promise<void>;
  list(options: {
    readonly prefix: string;
    readonly limit: number;
  }): Promise<{ readonly keys: readonly { readonly name: string }[] }>;
}

/** Seconds a location may answer from its cache, the least there is: developers.cloudflare.com/kv/platform/limits. */
export const KV_CACHE_SECONDS = 30;

/**
 * Puts messages into a queue.
 *
 * @see https://developers.cloudflare.com/queues/configuration/javascript-apis/
 */
export interface QueueProducer {
  send(body: string, options: { readonly contentType: "text" }): Promise<void>;
}

/** Messages a queue delivers together. */
export interface QueueBatch {
  readonly messages: readonly QueueMessage[];
}

/** One delivery of a message. */
export interface QueueMessage {
  readonly body: unknown;
  /** How often it was delivered, this time included. */
  readonly attempts: number;
  ack(): void;
  retry(options: { readonly delaySeconds: number }): void;
}

/** What one invocation lives by. Its methods must be called on it. */
export interface ExecutionContext {
  /**
   * Keeps the invocation alive until a promise settles, at most 30 seconds after the answer, or after the
   * client went away.
   *
   * @see https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil
   */
  waitUntil(work: Promise<unknown>): void;
}

/** What a Worker is bound to: `wrangler.jsonc` and its secrets. */
export interface WorkerEnv {
  readonly HOLDFAST_KV?: KvNamespace;
  /** 32 bytes in base64; a secret. */
  readonly HOLDFAST_RUNTIME_SECRET?: string;
  /** Where decisions go, unless they go into a queue. */
  readonly HOLDFAST_CONTROL_URL?: string;
  /** Opens control to a runtime; a secret. */
  readonly HOLDFAST_RUNTIME_TOKEN?: string;
  readonly HOLDFAST_DECISIONS?: QueueProducer;
  /** Milliseconds one lookup of subscriber state may take; default 200. */
  readonly HOLDFAST_LOOKUP_MS?: string;
  /** With `info` or `debug` every answer has a line in the log; default: those that are out of the ordinary. */
  readonly HOLDFAST_LOG_LEVEL?: string;
}
