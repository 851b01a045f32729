export {
  checkIdentifier,
  checkProductId,
  checkRequestId,
  checkTransactionId,
} from "./check-identifiers.ts";
export { checkLocale } from "./check-locale.ts";
export { checkMessage } from "./check-message.ts";
export type { CheckMessageOptions } from "./check-message.ts";
export { checkRealtimeUrl } from "./check-realtime-url.ts";
export { checkText } from "./check-text.ts";
export type { TextProblem } from "./check-text.ts";
export type { ContentPath, ContentProblem, ContentProblemCode } from "./content-problem.ts";
export { plainUseName } from "./message-use.ts";
export type { MessageUse } from "./message-use.ts";
export { parseMessageFile } from "./parse-message-file.ts";
export type { ParsedMessageFile } from "./parse-message-file.ts";
