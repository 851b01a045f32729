import type { CancelSheetView } from "../realtime/index.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { type AppEnvironment, findEnvironment, makePerson, productIdsOf } from "../world/index.ts";
import {
  currentTransaction,
  hasCancelButton,
  nextDueAt,
  STATUS,
  statusOf,
  type Subscription,
  type SubscriptionAction,
  type SubscriptionEvent,
} from "../world/subscriptions/index.ts";
import { stableSeed } from "../world/stable-digits.ts";
import { type Appointment, createAppointments } from "./appointments.ts";
import type { Later, PopulationBehaviour } from "./behaviour.ts";
import { draw } from "./draw.ts";
import { ifPossible } from "./if-possible.ts";
import { lifeEventOf, type PopulationEvent } from "./population-event.ts";
import type { PopulationStage } from "./population-stage.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Something that will happen to somebody, by their doing or by time. */
export type Plan =
  | { readonly type: "join"; readonly number: number }
  | {
      /** What time alone brings. */
      readonly type: "settle";
      readonly originalTransactionId: string;
    }
  | {
      readonly type: "act";
      readonly originalTransactionId: string;
      readonly action: SubscriptionAction;
      /** Only while this is the current one; default always. */
      readonly transactionId?: string;
    }
  | {
      /** Turns renewal off after a page on which nothing was tapped. */
      readonly type: "leave";
      readonly originalTransactionId: string;
      readonly view: CancelSheetView;
    };

/** The lives of a population's subscribers, beside the pages they open. */
export interface Lives {
  /** When the next thing is to happen: milliseconds since 1970; `Infinity` for never. */
  nextAt(): number;
  /** Returns what is to happen first, and forgets it. */
  take(): Plan | undefined;
  /** Plans for somebody again what could not happen now. */
  postpone(plan: Plan): void;
  /** Lets a plan come about. */
  carryOut(plan: Plan): Promise<void>;
  /** Plans that somebody who tapped nothing turns renewal off later, if they are one of those. */
  leaveLater(view: CancelSheetView, decisionName: string): void;
  /** Plans what follows for a subscription as it is when the population begins to live. */
  begin(subscription: Subscription): void;
  /** Plans what follows from a change, and tells of it. */
  follow(subscription: Subscription, events: readonly SubscriptionEvent[]): void;
}

/** What lives need. */
export interface LivesContext {
  readonly place: AppEnvironment;
  readonly seed: number;
  readonly behaviour: PopulationBehaviour;
  /** Called with what happened, at once. */
  readonly tell: (event: PopulationEvent) => void;
  /** Called when somebody has turned renewal on again, or subscribed again: their mind is open again. */
  readonly forget: (originalTransactionId: string) => void;
}

/** Returns how long a day of subscriptions is, in milliseconds. */
export function dayMsOf({ timeScale = 1 }: Pick<PopulationStage, "timeScale">): number {
  return DAY_MS * timeScale;
}

/** Returns the lives of subscribers, with nothing planned but that others join. */
export function createLives(
  stage: PopulationStage,
  { place, seed, behaviour, tell, forget }: LivesContext,
): Lives {
  const { clock } = stage;
  const there = findEnvironment(stage.world, place);
  const dayMs = dayMsOf(stage);
  const plans = createAppointments<Plan>();
  const {
    joinsPerDay = 0,
    paymentFailure,
    cancelWithoutTap,
    resume,
    resubscribe,
    refund,
  } = behaviour;

  /** Plans what some do, drawn by who they are and what it is about. */
  const planLater = (
    { probability, afterDays: [from, to] = [0, 1] }: Later,
    { from: begin, purpose, plan }: LaterPlan,
  ) => {
    const { originalTransactionId } = plan;
    if (draw(seed, originalTransactionId, purpose) >= probability) return;
    const days = from + (to - from) * draw(seed, originalTransactionId, `${purpose} when`);
    plans.add({ at: Math.round(begin + days * dayMs), what: plan });
  };
  const planAct = (
    later: Later | undefined,
    subscription: Subscription,
    { action, from }: { readonly action: SubscriptionAction; readonly from: number },
  ) => {
    if (later === undefined) return;
    const { originalTransactionId } = subscription;
    const { transactionId } = currentTransaction(subscription);
    const purpose = `${action.type} ${transactionId}`;
    const plan = { type: "act", originalTransactionId, action, transactionId } as const;
    planLater(later, { from, purpose, plan });
  };
  /** A period has begun: it may be refunded, and what follows it may not be paid. */
  const planPeriod = (subscription: Subscription) => {
    const { originalTransactionId } = subscription;
    const { transactionId, purchaseDate, price } = currentTransaction(subscription);
    const from = Math.max(purchaseDate, clock.now());
    if (price > 0) planAct(refund, subscription, { action: { type: "refund" }, from });
    if (paymentFailure === undefined) return;
    const { probability, gracePeriod: served = 1 } = paymentFailure;
    const gracePeriod = draw(seed, originalTransactionId, `grace ${transactionId}`) < served;
    const action = { type: "failPayment", gracePeriod } as const;
    planAct({ probability, afterDays: [0, 0] }, subscription, { action, from });
  };
  const planSettle = (subscription: Subscription) => {
    const at = nextDueAt(subscription);
    const { originalTransactionId } = subscription;
    if (at !== undefined) plans.add({ at, what: { type: "settle", originalTransactionId } });
  };
  const planAfter = ({ notificationType, subtype = "", subscription, at }: SubscriptionEvent) => {
    const { originalTransactionId } = subscription;
    if (BEGINNINGS.has(notificationType) || subtype === "UPGRADE") planPeriod(subscription);
    if (subtype === "AUTO_RENEW_ENABLED" || subtype === "RESUBSCRIBE") {
      forget(originalTransactionId);
    }
    if (subtype === "AUTO_RENEW_DISABLED") {
      planAct(resume, subscription, { action: { type: "resume" }, from: at });
    }
    if (notificationType === "DID_FAIL_TO_RENEW") {
      planAct(paymentFailure?.recovery, subscription, { action: { type: "renew" }, from: at });
    }
    if (notificationType === "EXPIRED") {
      planAct(resubscribe, subscription, { action: { type: "resubscribe" }, from: at });
    }
  };
  const planJoin = (number: number, last: number) => {
    if (joinsPerDay === 0) return;
    plans.add({ at: last + dayMs / joinsPerDay, what: { type: "join", number } });
  };
  const act = async (originalTransactionId: string, action: SubscriptionAction) =>
    ifPossible(async () => stage.changeSubscription({ ...place, originalTransactionId }, action));

  planJoin(0, clock.now());
  return {
    nextAt: () => plans.nextAt(),
    take: () => takeJoinOnTime(plans.take(), planJoin),
    postpone: (plan) => plans.add({ at: clock.now(), what: plan }),
    async carryOut(plan) {
      switch (plan.type) {
        case "join": {
          const random = createSeededRandom(stableSeed(`${seed}|join ${plan.number}`));
          const person = makePerson(random, productIdsOf(there.app.definition));
          if (person !== undefined) await stage.addSubscriber(place, person);
          return;
        }
        case "settle":
          await stage.subscription({ ...place, originalTransactionId: plan.originalTransactionId });
          return;
        case "act": {
          const { originalTransactionId, action, transactionId } = plan;
          const subscription = there.subscriptions.get(originalTransactionId);
          if (subscription === undefined) return;
          if (currentTransaction(subscription).transactionId !== transactionId) return;
          await act(originalTransactionId, action);
          return;
        }
        case "leave": {
          const at = clock.now();
          const change = await act(plan.originalTransactionId, { type: "cancel" });
          if (change !== undefined) tell({ type: "cancel", at, view: plan.view, change });
        }
      }
    },
    leaveLater(view, decisionName) {
      if (cancelWithoutTap === undefined) return;
      const { originalTransactionId } = view.subscriber;
      planLater(cancelWithoutTap, {
        from: view.openedAt,
        purpose: `leave, ${decisionName}`,
        plan: { type: "leave", originalTransactionId, view },
      });
    },
    begin(subscription) {
      const now = clock.now();
      planSettle(subscription);
      const status = statusOf(subscription);
      if (status === STATUS.expired) {
        planAct(resubscribe, subscription, { action: { type: "resubscribe" }, from: now });
      } else if (subscription.billingProblem !== undefined) {
        const action = { type: "renew" } as const;
        planAct(paymentFailure?.recovery, subscription, { action, from: now });
      } else if (hasCancelButton(subscription)) planPeriod(subscription);
      else if (subscription.ownership === "PURCHASED") {
        planAct(resume, subscription, { action: { type: "resume" }, from: now });
      }
    },
    follow(subscription, events) {
      planSettle(subscription);
      const subscriber = there.subscribers.get(subscription.originalTransactionId);
      for (const event of events) {
        planAfter(event);
        const told = subscriber === undefined ? undefined : lifeEventOf(event, subscriber);
        if (told !== undefined) tell(told);
      }
    },
  };
}

/** Notifications with which a period begins. */
const BEGINNINGS: ReadonlySet<string> = new Set(["SUBSCRIBED", "DID_RENEW"]);

/** What some do later. */
interface LaterPlan {
  /** Milliseconds since 1970. */
  readonly from: number;
  /** What the draw is about. */
  readonly purpose: string;
  readonly plan: Exclude<Plan, { readonly type: "join" }>;
}

/** The next one joins when they do, however late this one is. */
function takeJoinOnTime(
  appointment: Appointment<Plan> | undefined,
  planJoin: (number: number, last: number) => void,
): Plan | undefined {
  if (appointment === undefined) return undefined;
  const { at, what } = appointment;
  if (what.type === "join") planJoin(what.number + 1, at);
  return what;
}
