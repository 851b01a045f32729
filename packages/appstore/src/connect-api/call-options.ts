/** What every call takes. */
export interface ConnectCallOptions {
  /** Ends the call, its waiting and its retries; then `REQUEST_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}
