import { decodeBase64Url } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { DEFAULT_BUDGET_MS } from "../answer/runtime-options.ts";
import { RUNTIME_SECRET_BYTES } from "../keys/runtime-secret.ts";
import { DEFAULT_KV_LOOKUP_MS } from "./kv-subscribers.ts";
import type { KvNamespace, WorkerEnv } from "./platform.ts";

/**
 * Returns the namespace as the newest invocation has it bound.
 *
 * @param env - returns the bindings of the newest invocation
 * @throws UsageError `KV_NOT_BOUND`, here and from each method
 */
export function bindKv(env: () => WorkerEnv): KvNamespace {
  const bound = (): KvNamespace => {
    const { HOLDFAST_KV } = env();
    if (HOLDFAST_KV !== undefined) return HOLDFAST_KV;
    throw new UsageError(
      "KV_NOT_BOUND",
      "expected a KV namespace bound as HOLDFAST_KV, in wrangler.jsonc's kv_namespaces",
    );
  };
  bound();
  return {
    get: (key, options) => bound().get(key, options),
    put: (key, value, options) => bound().put(key, value, options),
    list: (options) => bound().list(options),
  };
}

/** As every host takes it: base64 or base64url, padded or not. */
const BASE64_OF_SECRET = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * Reads the runtime secret.
 *
 * @throws UsageError `RUNTIME_SECRET_INVALID` when it is missing, or not 32 bytes in base64 or base64url
 */
export function readRuntimeSecret({ HOLDFAST_RUNTIME_SECRET: text = "" }: WorkerEnv): Bytes {
  const trimmed = text.trim();
  if (BASE64_OF_SECRET.test(trimmed)) {
    return decodeBase64Url(trimmed.replace("=", "").replaceAll("+", "-").replaceAll("/", "_"));
  }
  throw new UsageError(
    "RUNTIME_SECRET_INVALID",
    `HOLDFAST_RUNTIME_SECRET: expected ${RUNTIME_SECRET_BYTES} bytes in base64; set it with \`wrangler secret put HOLDFAST_RUNTIME_SECRET\``,
  );
}

/** The bound on one lookup of subscriber state, and what is wrong with the one that was asked for. */
export interface LookupBound {
  readonly lookupMs: number;
  readonly warning?: string;
}

/** Reads the bound on lookups; one that is none is the default, and a warning. */
export function readLookupBound({ HOLDFAST_LOOKUP_MS: text }: WorkerEnv): LookupBound {
  const lookupMs = DEFAULT_KV_LOOKUP_MS;
  if (text === undefined) return { lookupMs };
  const asked = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (asked > 0 && asked <= DEFAULT_BUDGET_MS) return { lookupMs: asked };
  return {
    lookupMs,
    warning: `HOLDFAST_LOOKUP_MS: expected 1 to ${DEFAULT_BUDGET_MS} milliseconds; ${lookupMs} are used`,
  };
}

/**
 * Tells whether every answer has its line in the log, and not only what is out of the ordinary. By default it has
 * not: a line costs a fifth of the processor time of an answer, and lines are what Cloudflare counts.
 */
export function readLogsEveryAnswer({ HOLDFAST_LOG_LEVEL: level }: WorkerEnv): boolean {
  return level === "info" || level === "debug";
}
