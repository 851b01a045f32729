export { createKvNamespaceClient } from "./kv-namespace-client.ts";
export type { CloudflareAccess, KvNamespaceClient, KvPair } from "./kv-namespace-client.ts";
