/** Keeps calls from coming faster than Apple allows. */
export interface Pacer {
  /** Resolves when a call of this operation may be sent, and counts it. */
  acquire(operation: string, options?: AcquireOptions): Promise<void>;
}

/** What {@link Pacer.acquire} takes beside the operation. */
export interface AcquireOptions {
  /** Ends the waiting: `acquire` then rejects, and nothing is counted. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait with the moment until which it lasts, in milliseconds since 1970. */
  readonly onWait?: ((until: number) => void) | undefined;
}
