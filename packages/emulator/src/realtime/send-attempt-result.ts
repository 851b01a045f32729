/**
 * How sending a request went, as Apple names it.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/sendattemptresult
 */
export type SendAttemptResult =
  | "SUCCESS"
  | "TIMED_OUT"
  | "TLS_ISSUE"
  | "CIRCULAR_REDIRECT"
  | "NO_RESPONSE"
  | "SOCKET_ISSUE"
  | "UNSUPPORTED_CHARSET"
  | "INVALID_RESPONSE"
  | "PREMATURE_CLOSE"
  | "UNSUCCESSFUL_HTTP_RESPONSE_CODE"
  | "OTHER";

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
