import type {
  JWSRenewalInfoDecodedPayload,
  JWSTransactionDecodedPayload,
} from "@holdfast/appstore/signed-data";

/**
 * What Apple signed about one subscription, verified: the one shape in which notifications, statuses and
 * histories are taken over. It holds raw transaction ids, so it stays in memory.
 */
export interface SubscriptionNews {
  /** Of originalTransactionId. */
  readonly pseudonym: string;
  /** originalTransactionId, as {@link SubscriptionIds.seal} made it. */
  readonly sealedId: string;
  readonly source: "notification" | "status" | "history";
  /** When Apple signed it, milliseconds since 1970: what is older than the state held is stale, what comes later is not. */
  readonly signedDate: number;
  /** What the notification was; present exactly for those. */
  readonly notification?: {
    readonly notificationUUID: string;
    readonly notificationType: string;
    readonly subtype?: string;
  };
  /** Apple's number: 1 active, 2 expired, 3 billing retry, 4 grace period, 5 revoked. */
  readonly status?: number;
  readonly transaction?: JWSTransactionDecodedPayload;
  readonly renewalInfo?: JWSRenewalInfoDecodedPayload;
  /**
   * When it was wanted, where Apple was asked for it, milliseconds since 1970: a subscription that was erased
   * since is not known again by it. Of a notification that is when Apple signed it.
   */
  readonly wantedAt?: number;
  /** On the last news of a history read to its end: what was not in it never was. */
  readonly isWholeHistory?: boolean;
}
