/** One call of an API of Apple's. */
export interface ApiRequest {
  /** Apple's title of the operation, like `Upload Message`: what errors and pacing call it. */
  readonly operation: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** The segments after the base URL, not encoded. None may be empty, `.` or `..`. */
  readonly path: readonly string[];
  readonly query?: URLSearchParams | undefined;
  readonly body?: ApiRequestBody | undefined;
  /** Whether it changes nothing at Apple, so that a read-only client may send it; default: only GET. */
  readonly reads?: boolean | undefined;
  /**
   * Whether carrying it out twice does no more than once; default false. What neither is so nor only
   * reads is repeated only where Apple cannot have carried it out.
   */
  readonly idempotent?: boolean | undefined;
  /**
   * `json` (default): the body of a success is JSON or empty, else `APPLE_ANSWER_MALFORMED`.
   * `anything`: a success is one whatever its body; JSON is still returned.
   */
  readonly answer?: "json" | "anything" | undefined;
  /** Ends the call, its waiting for the pace and its retries; then `REQUEST_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, the answer's body included; default: the transport's. */
  readonly timeoutMs?: number | undefined;
}

/** What is sent: a value as JSON, or bytes as they are. */
export type ApiRequestBody =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string };

/** Tells whether a call changes nothing at Apple. */
export function isRead({ method, reads = method === "GET" }: ApiRequest): boolean {
  return reads;
}

/** A success. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON as it came; undefined where the body was empty. */
  readonly body: unknown;
}
