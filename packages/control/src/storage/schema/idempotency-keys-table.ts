/** The answer to a request that may come again under the same key. */
export interface IdempotencyKeysTable {
  /** Whose key it is: keys of two callers never meet. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the request in hex, so that a key is not reused for another one. */
  readonly request_hash: string;
  /** The HTTP status answered; null while the first request is under way. */
  readonly status: number | null;
  readonly content_type: string | null;
  readonly body: Uint8Array | null;
  readonly created_at: number;
  readonly expires_at: number;
}
