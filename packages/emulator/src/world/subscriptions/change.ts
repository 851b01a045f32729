import { emulatorError, type EmulatorError } from "../../errors/index.ts";
import type { AppDefinition } from "../app-definition.ts";
import { isServed, type Subscription } from "./subscription.ts";

/**
 * What Apple tells of a subscription, exactly as its table of events has it.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/notificationtype
 */
export interface SubscriptionEvent {
  readonly notificationType: string;
  readonly subtype?: string;
  /** When it happened: milliseconds since 1970. */
  readonly at: number;
  /** As it was right after. */
  readonly subscription: Subscription;
}

/** What came of an operation. */
export interface Change {
  readonly subscription: Subscription;
  /** What Apple tells of it, in this order. */
  readonly events: readonly SubscriptionEvent[];
}

/** In which app and when something happens to a subscription. */
export interface ChangeContext {
  readonly definition: AppDefinition;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How long a day of subscriptions lasts, in days; default 1. */
  readonly timeScale?: number | undefined;
}

/** Returns the change to `subscription` of which Apple tells in one notification. */
export function changeTo(
  subscription: Subscription,
  at: number,
  [notificationType, subtype]: readonly [notificationType: string, subtype?: string | undefined],
): Change {
  const event = { notificationType, ...(subtype === undefined ? {} : { subtype }) };
  return { subscription, events: [{ ...event, at, subscription }] };
}

/** Returns the error for what cannot happen to a subscription that is as it is. */
export function impossible(expected: string): EmulatorError {
  return emulatorError("EVENT_IMPOSSIBLE", `expected ${expected}`);
}

/** Throws `EVENT_IMPOSSIBLE` unless the subscriber bought it, and it has not ended. */
export function assertPurchaserIsServed(subscription: Subscription): void {
  assertPurchaser(subscription);
  if (!isServed(subscription)) throw impossible("a subscription that has not ended");
}

/** Throws `EVENT_IMPOSSIBLE` for somebody who has the subscription through the family. */
export function assertPurchaser({ ownership }: Subscription): void {
  if (ownership !== "PURCHASED") throw impossible("the one who bought it, not one of the family");
}
