import type { FlowEnvironment, SubscriberState, UnavailableReason } from "@holdfast/flow/evaluate";

/** Where the runtime reads subscriber state. One lookup a request at most, bounded by the caller. */
export interface SubscriberStore {
  /**
   * Returns the state of one subscription, or `undefined` when there is none.
   *
   * @param signal - aborted when the bound has passed; the result is not awaited any more
   * @throws whatever the store's failure is; the caller treats all subscriber state as unknown
   */
  find(
    key: {
      readonly app: string;
      readonly environment: FlowEnvironment;
      readonly pseudonym: string;
    },
    signal: AbortSignal,
  ): Promise<SubscriberState | undefined>;
}

/** How the lookup of one request ended; all but the first two leave subscriber state unknown. */
export type LookupEnding = "found" | "notFound" | UnavailableReason;
