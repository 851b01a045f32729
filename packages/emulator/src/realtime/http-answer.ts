import type { TransportFailure } from "./send-attempt-result.ts";

/** Our answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  /** Absent when the header is. */
  readonly contentType?: string;
  readonly body: Uint8Array;
}

/** What came of one request: an answer, or the reason why there is none. */
export interface SendAttempt {
  /** From just before sending to the answer's last byte, or to giving up; in milliseconds. */
  readonly latencyMs: number;
  readonly answer?: HttpAnswer;
  readonly failure?: TransportFailure;
}
