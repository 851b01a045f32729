export { createApiClient } from "./client/api-client.ts";
export type {
  ApiClient,
  ApiClientOptions,
  CallArguments,
  CallResult,
  PagedRoute,
  PageItem,
} from "./client/api-client.ts";
export { ApiCallError } from "./client/api-call-error.ts";
export type { ApiCallErrorCode, ApiCallFacts } from "./client/api-call-error.ts";
