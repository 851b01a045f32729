export { createCallPace } from "./call-pace.ts";
export type { CallPace } from "./call-pace.ts";
export type { CloudflareAccess } from "./cloudflare-access.ts";
export { CloudflareError } from "./cloudflare-error.ts";
export type { CloudflareErrorCode } from "./cloudflare-error.ts";
export { createKvNamespaceClient } from "./kv-namespace-client.ts";
export type { KvNamespaceClient } from "./kv-namespace-client.ts";
export type { KvPair } from "./slices.ts";
