export { createStorekitApi } from "./create-storekit-api.ts";
export type { RateLimitOptions } from "./rate-limits.ts";
export type { LoggedRequest } from "./request-log.ts";
export { retentionOperations } from "./retention-operations.ts";
export type { StorekitCall, StorekitOperation } from "./storekit-operation.ts";
