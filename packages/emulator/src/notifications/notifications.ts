import { randomUUID } from "node:crypto";
import { type SigningChain, signPayload } from "../ca/index.ts";
import { AppleApiError } from "../errors/index.ts";
import { type AppEnvironment, findEnvironment, type World } from "../world/index.ts";
import type { SubscriptionEvent } from "../world/subscriptions/index.ts";
import { createDelivery } from "./deliver-notifications.ts";
import {
  createNotificationFaults,
  type NotificationFaults,
  PLAIN_HANDLING,
} from "./notification-faults.ts";
import { openNotificationLog } from "./notification-log.ts";
import { eventPayload, testPayload } from "./notification-payload.ts";
import type { Notification } from "./notification.ts";
import { resolveTimeScale } from "./retry-schedule.ts";
import type { SendContext } from "./send-notification.ts";

/** App Store Server Notifications V2 of all apps. */
export interface Notifications {
  /**
   * Tells of what happened to a subscription, if there is a URL to tell it to. Resolves when the
   * notifications are signed and kept, in their order; they are sent after that.
   */
  tell(place: AppEnvironment, events: readonly SubscriptionEvent[]): Promise<void>;
  /**
   * Sends a TEST notification; returns the token to ask about it. Throws
   * `SERVER_NOTIFICATION_URL_NOT_FOUND`.
   */
  sendTest(place: AppEnvironment): Promise<string>;
  /** Returns all there were, oldest first; throws `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`. */
  list(place: AppEnvironment): readonly Notification[];
  /** What goes wrong with them on purpose. */
  readonly faults: Pick<NotificationFaults, "set" | "list" | "clear">;
  /** Resolves when none is due now; retries go on waiting for their time. */
  idle(): Promise<void>;
  /** Resolves when nothing happens any more; the context's signal must be aborted before. */
  stopped(): Promise<void>;
}

/** What notifications need. */
export interface NotificationsContext extends SendContext {
  readonly chain: SigningChain;
  /** Where they are kept; without one they end with the process. */
  readonly directory: string | undefined;
  /** How long an hour between attempts lasts, in hours; default 1. */
  readonly timeScale?: number | undefined;
  /** How many are remembered; default 5,000. */
  readonly max?: number | undefined;
}

/**
 * Returns the notifications of `world`; those kept in the directory that were not delivered go on being
 * sent. Throws `OPTIONS_INVALID`, `STATE_UNREADABLE`.
 */
export function createNotifications(world: World, context: NotificationsContext): Notifications {
  const { chain, clock, directory } = context;
  const timeScale = resolveTimeScale(context.timeScale);
  const log = openNotificationLog(directory, context.max);
  const faults = createNotificationFaults([...world.keys()]);
  const delivery = createDelivery(world, { ...context, log, timeScale });
  const add = (made: Notification) => {
    // A test is to find out how things are, not how they are made to be.
    const handling = made.testNotificationToken === undefined ? faults.take(made) : PLAIN_HANDLING;
    const notification = { ...made, nextAttemptAt: made.signedDate + handling.delayMs };
    log.add(notification);
    delivery.add(notification, handling);
  };
  return {
    faults,
    async tell(place, events) {
      const there = findEnvironment(world, place);
      if (there.notificationUrl === undefined) return;
      for (const event of events) {
        const heading = { notificationUUID: randomUUID(), signedDate: clock.now() };
        const payload = await eventPayload(there, event, { ...heading, chain });
        const { notificationType, subtype, subscription } = event;
        add({
          ...place,
          ...heading,
          notificationType,
          ...(subtype === undefined ? {} : { subtype }),
          originalTransactionId: subscription.originalTransactionId,
          signedPayload: await signPayload(payload, chain),
          attempts: [],
        });
      }
    },
    async sendTest(place) {
      const there = findEnvironment(world, place);
      if (there.notificationUrl === undefined) {
        throw new AppleApiError("SERVER_NOTIFICATION_URL_NOT_FOUND");
      }
      const heading = { notificationUUID: randomUUID(), signedDate: clock.now() };
      const testNotificationToken = testTokenOf(heading);
      add({
        ...place,
        ...heading,
        notificationType: "TEST",
        signedPayload: await signPayload(testPayload(there, heading), chain),
        testNotificationToken,
        attempts: [],
      });
      return testNotificationToken;
    },
    list(place) {
      findEnvironment(world, place);
      return log.list(place);
    },
    idle: async () => delivery.idle(),
    stopped: async () => delivery.stopped(),
  };
}

/** Apple's tokens look like this: an identifier of the test, and when it was. */
function testTokenOf({
  notificationUUID,
  signedDate,
}: Pick<Notification, "notificationUUID" | "signedDate">): string {
  return `${notificationUUID}_${signedDate}`;
}
