export {
  type CancelSheetCounts,
  type CancelSheetView,
  type CancelSheet,
  createCancelSheet,
  type Impression,
  type OpenCancelSheetOptions,
} from "./cancel-sheet.ts";
export { exchange, type RealtimeContext } from "./exchange.ts";
export { ANSWER_TIMEOUT_MS, postRequest } from "./post-request.ts";
export {
  createRealtimeRequest,
  signRealtimeRequest,
  WIRE_ENVIRONMENTS,
} from "./realtime-request.ts";
export { parseResolveRule, resolveUrl, type ResolveRule } from "./resolve.ts";
export type { SendAttemptResult } from "./send-attempt-result.ts";
export type { FallbackRules, NothingReason, Shown } from "./shown.ts";
