import type { SubscriptionChange } from "../emulator/subscription-operations.ts";
import type { CancelSheetView, Impression, Shown } from "../realtime/index.ts";
import type { Subscriber } from "../world/index.ts";
import type { Subscription, SubscriptionEvent } from "../world/subscriptions/index.ts";

/** Somebody opened the page, or tapped Cancel on it. */
export type LookingEvent =
  | { readonly type: "view"; readonly view: CancelSheetView }
  | { readonly type: "tap"; readonly view: CancelSheetView; readonly impression: Impression };

/** Somebody made up their mind about what they were shown. */
export type DecisionEvent =
  | {
      /** They go on as before: nobody is told. */
      readonly type: "stay";
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly view: CancelSheetView;
      readonly shown: Shown;
    }
  | {
      /** Turned renewal off; took the offer; goes on with the other product; took App Store Connect's offer. */
      readonly type: "cancel" | "redeem" | "switch" | "retentionOffer";
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly view: CancelSheetView;
      /** Absent for who turned renewal off later, without having tapped. */
      readonly shown?: Shown;
      readonly change: SubscriptionChange;
    };

/** Something that happened to a subscription without a page, by its subscriber's doing or by time. */
export interface LifeEvent {
  readonly type:
    | "join"
    | "resubscribe"
    | "resume"
    | "renew"
    | "failToRenew"
    | "endGracePeriod"
    | "expire"
    | "refund";
  /** When it happened: milliseconds since 1970. */
  readonly at: number;
  /** Of the notification that tells it, like `BILLING_RECOVERY`. */
  readonly subtype?: string;
  readonly subscriber: Subscriber;
  /** As it was right after. */
  readonly subscription: Subscription;
}

/** Something a subscriber did, or that happened to them. */
export type PopulationEvent = LookingEvent | DecisionEvent | LifeEvent;

const BY_TYPE: Readonly<Record<string, LifeEvent["type"]>> = {
  DID_RENEW: "renew",
  DID_FAIL_TO_RENEW: "failToRenew",
  GRACE_PERIOD_EXPIRED: "endGracePeriod",
  EXPIRED: "expire",
  REFUND: "refund",
};

const BY_SUBTYPE: Readonly<Record<string, LifeEvent["type"]>> = {
  INITIAL_BUY: "join",
  RESUBSCRIBE: "resubscribe",
  AUTO_RENEW_ENABLED: "resume",
};

/** Returns the event of a life that a notification tells of; `undefined` for what decisions tell of. */
export function lifeEventOf(
  { notificationType, subtype, at, subscription }: SubscriptionEvent,
  subscriber: Subscriber,
): LifeEvent | undefined {
  const type = BY_TYPE[notificationType] ?? BY_SUBTYPE[subtype ?? ""];
  if (type === undefined) return undefined;
  return { type, at, ...(subtype === undefined ? {} : { subtype }), subscriber, subscription };
}
