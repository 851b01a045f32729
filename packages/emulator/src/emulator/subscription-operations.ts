import type { Clock } from "../clock/clock.ts";
import type { Notifications } from "../notifications/index.ts";
import {
  type AppEnvironment,
  findEnvironment,
  findSubscription,
  putSubscription,
  type World,
} from "../world/index.ts";
import {
  act,
  type KeptSubscriptions,
  settle,
  type Subscription,
  type SubscriptionAction,
  type SubscriptionEvent,
  type SubscriptionStatus,
  statusOf,
} from "../world/subscriptions/index.ts";

/** One subscription. */
export interface SubscriptionPlace extends AppEnvironment {
  readonly originalTransactionId: string;
}

/** What Apple told of a change. */
export interface ToldEvent {
  readonly notificationType: string;
  readonly subtype?: string;
}

/** What came of something that happened to a subscription. */
export interface SubscriptionChange {
  readonly subscription: Subscription;
  /** Apple's number: 1 active, 2 expired, 3 billing retry, 4 grace period, 5 revoked. */
  readonly status: SubscriptionStatus;
  /** What Apple tells of it; sent only when there is a URL to send it to. */
  readonly notifications: readonly ToldEvent[];
}

/** The lives of subscriptions. Each throws `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`, `SUBSCRIBER_UNKNOWN`. */
export interface SubscriptionOperations {
  /** Returns a subscription as it is now: what was due by time alone has happened, and was told. */
  subscription(place: SubscriptionPlace): Promise<Subscription>;
  /**
   * Lets something happen to a subscription; resolves when it is kept, and its notifications with it.
   * They are sent after that. Throws `EVENT_IMPOSSIBLE`, `INPUT_INVALID`.
   */
  changeSubscription(
    place: SubscriptionPlace,
    action: SubscriptionAction,
  ): Promise<SubscriptionChange>;
}

/** What the operations need beside the world. */
export interface SubscriptionContext {
  readonly clock: Clock;
  readonly kept: Pick<KeptSubscriptions, "keep">;
  readonly notifications: Pick<Notifications, "tell">;
}

/** Returns the operations on the subscriptions of `world`. */
export function createSubscriptionOperations(
  world: World,
  { clock, kept, notifications }: SubscriptionContext,
): SubscriptionOperations {
  /** Everything up to the notifications happens at once, so that no two changes cross. */
  const change = async (
    { originalTransactionId, ...place }: SubscriptionPlace,
    action?: SubscriptionAction,
  ): Promise<SubscriptionChange> => {
    const there = findEnvironment(world, place);
    const at = clock.now();
    const before = findSubscription(there, originalTransactionId);
    const { definition } = there.app;
    const settled = settle(before, { definition, at });
    const { appStoreConnectMessages } = there;
    const changed =
      action === undefined
        ? { subscription: settled.subscription, events: [] }
        : act(settled.subscription, { definition, at, appStoreConnectMessages }, action);
    const { subscription } = changed;
    const events = [...settled.events, ...changed.events];
    if (subscription !== before) {
      putSubscription(there, subscription);
      kept.keep(place, subscription);
      await notifications.tell(place, events);
    }
    return {
      subscription,
      status: statusOf(subscription),
      notifications: events.map(describeEvent),
    };
  };
  return {
    subscription: async (place) => (await change(place)).subscription,
    changeSubscription: async (place, action) => change(place, action),
  };
}

function describeEvent({ notificationType, subtype }: SubscriptionEvent): ToldEvent {
  return { notificationType, ...(subtype === undefined ? {} : { subtype }) };
}
