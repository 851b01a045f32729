export type { CloudflarePermission } from "./api-tokens.ts";
export type { CloudflareFault } from "./cloudflare-fault.ts";
export type { CloudflareOptions } from "./cloudflare-options.ts";
export type { CloudflareRequest, LocalCloudflare } from "./local-cloudflare.ts";
export type { DeployedScript } from "./deployed-script.ts";
export type { KvRequest } from "./kv-backend.ts";
export { startCloudflare } from "./start-cloudflare.ts";
