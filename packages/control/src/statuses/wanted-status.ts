import type { WantedReason } from "./tables.ts";

/** A subscription whose status is to be fetched. */
export interface WantedStatus {
  readonly pseudonym: string;
  /** originalTransactionId as `SubscriptionIds.seal` made it; undefined where the subscriber's row has it. */
  readonly sealedId?: string;
  /** The same as a runtime sealed it in a decision, which is opened when Apple is asked. */
  readonly decisionSealedId?: string;
  /** Why, the most urgent first: the next answer needs it, an outcome waits for it, somebody imported it. */
  readonly reason: WantedReason;
  /**
   * Only what Apple signs after this helps, milliseconds since 1970, not in the future: a status that was
   * fetched earlier is not fresh, however lately that was. Default: what was fetched lately is.
   */
  readonly signedAfter?: number;
}
