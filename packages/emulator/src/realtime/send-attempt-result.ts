import type { KnownSendAttemptResult } from "@holdfast/appstore/retention-messaging";

/** How sending a request went, as Apple names it. */
export type SendAttemptResult = KnownSendAttemptResult;

/** Ways that end before there is an answer to judge. */
export type TransportFailure = Extract<
  SendAttemptResult,
  | "TIMED_OUT"
  | "TLS_ISSUE"
  | "CIRCULAR_REDIRECT"
  | "NO_RESPONSE"
  | "SOCKET_ISSUE"
  | "PREMATURE_CLOSE"
  | "INVALID_RESPONSE"
  | "OTHER"
>;
