export { AppleApiError } from "./apple-api-error.ts";
export type { AppleApiErrorCode, AppleApiErrorFacts } from "./apple-api-error.ts";
