import { createHash } from "node:crypto";
import type { Subscriber } from "@holdfast/emulator";
import { addExposure } from "@holdfast/flow/evaluate";
import type { ExposureHistory, SubscriberState } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { SubscriberStore } from "@holdfast/runtime";

const DAY_MS = 86_400_000;

/** Subscriber state of the local App Store's population, in memory. */
export interface DevSubscribers extends SubscriberStore {
  /**
   * Makes their state known.
   *
   * @param pseudonymOf - how the runtime calls a subscription
   */
  add(
    subscribers: readonly Subscriber[],
    pseudonymOf: (originalTransactionId: string) => Promise<string>,
  ): Promise<void>;
  /** Counts a decision as an exposure of its rule and its offer. */
  remember(decision: DecisionRecord): void;
}

/**
 * Makes a store of subscriber state. What the subscribers' App Store would know comes from them; how long they
 * have subscribed and how much they practise follows from their id, so that every start tells the same story.
 *
 * @param now - milliseconds since 1970
 */
export function createDevSubscribers(now: number): DevSubscribers {
  const states = new Map<string, SubscriberState>();
  return {
    async add(subscribers, pseudonymOf) {
      for (const subscriber of subscribers) {
        const pseudonym = await pseudonymOf(subscriber.originalTransactionId);
        // One in five was never heard of, as after a fresh start with real subscribers.
        if (portionOf(subscriber, "known") < 0.8) states.set(pseudonym, stateOf(subscriber, now));
      }
    },
    async find({ pseudonym }) {
      return states.get(pseudonym);
    },
    remember({ subject, rule, delivered, requestedAt }) {
      const state = states.get(subject.pseudonym);
      if (state === undefined) return;
      const { rules, offers } = state.previousDecisions;
      const offer =
        delivered?.kind === "promotionalOffer"
          ? `${delivered.productId}/${delivered.offerIdentifier}`
          : undefined;
      states.set(subject.pseudonym, {
        ...state,
        previousDecisions: {
          rules: exposed(rules, rule, requestedAt),
          offers: exposed(offers, offer, requestedAt),
        },
      });
    },
  };
}

function stateOf(subscriber: Subscriber, now: number): SubscriberState {
  return {
    attributes: {
      storefront: subscriber.storefront,
      "subscription.ownership": subscriber.ownership,
      "subscription.autoRenew": true,
      "subscription.paidPeriods": subscriber.laterTransactionIds.length + 1,
      "subscription.redeemedOffers": [],
      "attributes.plan_usage": Math.floor(portionOf(subscriber, "usage") * 12),
    },
    subscriptionStartedAt: now - Math.floor(portionOf(subscriber, "tenure") * 720) * DAY_MS,
    previousDecisions: { rules: {}, offers: {} },
  };
}

type Histories = Readonly<Record<string, ExposureHistory>>;

/** One exposure more; cooldowns do not end while a session on one machine lasts. */
function exposed(histories: Histories, name: string | undefined, at: number): Histories {
  if (name === undefined) return histories;
  return { ...histories, [name]: addExposure(histories[name], at, undefined) };
}

/** A number from 0 to 1 that is always the same for one subscriber and purpose. */
function portionOf({ originalTransactionId }: Subscriber, purpose: string): number {
  const digest = createHash("sha256").update(`${purpose}:${originalTransactionId}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}
