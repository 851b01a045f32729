/**
 * The performance test: in the sandbox, Apple sends many real-time requests and judges the answers. A
 * passed test is the condition for a real-time URL in production.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/performancetestrequest
 */

/** The body of Initiate Performance Test. */
export interface PerformanceTestRequest {
  /** An auto-renewable subscription of the sandbox, by its original transaction, not family-shared. */
  readonly originalTransactionId: string;
}

/** Apple's answer: the test has begun. */
export interface PerformanceTestResponse {
  readonly config: PerformanceTestConfig;
  /** By which the result is asked for. */
  readonly requestId: string;
}

/** What the test does and asks for. Apple documents no fixed values: read them from the response. */
export interface PerformanceTestConfig {
  readonly maxConcurrentRequests: number;
  readonly totalRequests: number;
  /** Milliseconds. */
  readonly totalDuration: number;
  /** Milliseconds an answer may take. */
  readonly responseTimeThreshold: number;
  /** Per cent of answers that must be good. */
  readonly successRateThreshold: number;
}

/** How the test stands. */
export type PerformanceTestStatus = "PENDING" | "PASS" | "FAIL" | (string & {});

/**
 * What became of one request of the test, as far as Apple documents it.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/sendattemptresult
 */
export type KnownSendAttemptResult =
  | "SUCCESS"
  | "TIMED_OUT"
  | "TLS_ISSUE"
  | "CIRCULAR_REDIRECT"
  | "NO_RESPONSE"
  | "SOCKET_ISSUE"
  | "UNSUPPORTED_CHARSET"
  | "INVALID_RESPONSE"
  | "PREMATURE_CLOSE"
  /** Any status but 200. */
  | "UNSUCCESSFUL_HTTP_RESPONSE_CODE"
  | "OTHER";

/** What became of one request of the test; Apple may add to it. */
export type SendAttemptResult = KnownSendAttemptResult | (string & {});

/** How long answers took, in milliseconds. */
export interface PerformanceTestResponseTimes {
  readonly average: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Apple's verdict, or how far the test is. Apple documents every member as always there; whether it
 * is while the test is `PENDING` is UNCONFIRMED, and Apple's own libraries take none for granted.
 */
export interface PerformanceTestResultResponse {
  readonly config?: PerformanceTestConfig;
  /** The URL that was tested. */
  readonly target?: string;
  readonly result: PerformanceTestStatus;
  /** Per cent. */
  readonly successRate?: number;
  /** Requests without an answer yet. */
  readonly numPending?: number;
  readonly responseTimes?: PerformanceTestResponseTimes;
  /** How many requests ended in each way. */
  readonly failures?: Readonly<Partial<Record<SendAttemptResult, number>>>;
}
