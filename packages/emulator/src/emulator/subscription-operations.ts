import type { Clock } from "../clock/clock.ts";
import type { Notifications } from "../notifications/index.ts";
import {
  addSubscriber,
  type AppEnvironment,
  findEnvironment,
  findSubscription,
  type NewSubscriber,
  putSubscription,
  type Subscriber,
  type World,
} from "../world/index.ts";
import {
  act,
  type Change,
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

/** Somebody who has subscribed, and what came of it. */
export interface AddedSubscriber extends SubscriptionChange {
  readonly subscriber: Subscriber;
}

/** Called when a subscription has changed, in the order of changes; what it throws, the change throws. */
export type SubscriptionListener = (place: SubscriptionPlace, change: Change) => void;

/**
 * The lives of subscriptions. Each throws `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`, `SUBSCRIBER_UNKNOWN`, and
 * `CLOSED` for a change after the emulator is closed.
 */
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
  /** Lets somebody subscribe for the first time: see `NewSubscriber`. Throws `INPUT_INVALID`. */
  addSubscriber(place: AppEnvironment, joining: NewSubscriber): Promise<AddedSubscriber>;
  /** Calls `listener` for each change of any subscription, until what is returned is called. */
  watchSubscriptions(listener: SubscriptionListener): () => void;
}

/** What the operations need beside the world. */
export interface SubscriptionContext {
  readonly clock: Clock;
  readonly kept: Pick<KeptSubscriptions, "keep">;
  readonly notifications: Pick<Notifications, "tell">;
  /** How long a day of subscriptions lasts, in days; default 1. */
  readonly timeScale?: number | undefined;
  /** Throws `CLOSED` once the emulator is closed: its files may be another one's then. */
  readonly assertOpen: () => void;
}

/** Returns the operations on the subscriptions of `world`. */
export function createSubscriptionOperations(
  world: World,
  { clock, kept, notifications, timeScale, assertOpen }: SubscriptionContext,
): SubscriptionOperations {
  const listeners = new Set<SubscriptionListener>();
  /** Keeps and tells a change that is in the world already. */
  const follow = async (
    place: AppEnvironment,
    change: Change,
    joined?: Subscriber,
  ): Promise<SubscriptionChange> => {
    const { subscription, events } = change;
    const { originalTransactionId } = subscription;
    kept.keep(place, subscription, joined);
    for (const listener of listeners) listener({ ...place, originalTransactionId }, change);
    await notifications.tell(place, events);
    return describe(change);
  };
  /** Everything up to the notifications happens at once, so that no two changes cross. */
  const change = async (
    { originalTransactionId, app, environment }: SubscriptionPlace,
    action?: SubscriptionAction,
  ): Promise<SubscriptionChange> => {
    const place = { app, environment };
    const there = findEnvironment(world, place);
    const at = clock.now();
    const before = findSubscription(there, originalTransactionId);
    const { definition } = there.app;
    const settled = settle(before, { definition, at, timeScale });
    const { appStoreConnectMessages } = there;
    const changed =
      action === undefined
        ? { subscription: settled.subscription, events: [] }
        : act(settled.subscription, { definition, at, timeScale, appStoreConnectMessages }, action);
    const { subscription } = changed;
    const events = [...settled.events, ...changed.events];
    if (subscription === before) return describe({ subscription, events });
    assertOpen();
    putSubscription(there, subscription);
    return follow(place, { subscription, events });
  };
  return {
    subscription: async (place) => (await change(place)).subscription,
    changeSubscription: async (place, action) => change(place, action),
    async addSubscriber({ app, environment }, joining) {
      assertOpen();
      const place = { app, environment };
      const there = findEnvironment(world, place);
      const joined = addSubscriber(there, joining, { at: clock.now(), timeScale });
      const { subscriber } = joined;
      return { ...(await follow(place, joined, subscriber)), subscriber };
    },
    watchSubscriptions(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function describe({ subscription, events }: Change): SubscriptionChange {
  return {
    subscription,
    status: statusOf(subscription),
    notifications: events.map(describeEvent),
  };
}

function describeEvent({ notificationType, subtype }: SubscriptionEvent): ToldEvent {
  return { notificationType, ...(subtype === undefined ? {} : { subtype }) };
}
