import { limitConcurrency } from "../concurrency/limit-concurrency.ts";
import { createUnderWay } from "../concurrency/under-way.ts";
import { findEnvironment, type World } from "../world/index.ts";
import { createDueCount } from "./due-count.ts";
import { type Handling, PLAIN_HANDLING } from "./notification-faults.ts";
import type { NotificationLog, Progress } from "./notification-log.ts";
import { isDelivered, type Notification } from "./notification.ts";
import { decideRetryAt } from "./retry-schedule.ts";
import { type SendContext, sendNotification } from "./send-notification.ts";

/** Most posts on their way at a time; ours. */
const MAX_CONCURRENT = 32;

/** What delivering needs. */
export interface DeliveryContext extends SendContext {
  readonly log: NotificationLog;
  /** How long an hour lasts, in hours. */
  readonly timeScale: number;
}

/** Sends notifications behind the back of whoever caused them. */
export interface Delivery {
  /** Sends a notification when it is due, and again when that fails; `handling` says what else is done with it. */
  add(notification: Notification, handling?: Handling): void;
  /** Resolves when none is due now: what waits for another attempt goes on waiting. */
  idle(): Promise<void>;
  /** Resolves when nothing happens any more; the context's signal must be aborted before. */
  stopped(): Promise<void>;
}

/** Returns a delivery for all apps in `world`, with the notifications that were left over under way. */
export function createDelivery(world: World, context: DeliveryContext): Delivery {
  const { log, clock, signal } = context;
  const lives = createUnderWay();
  const limited = limitConcurrency(MAX_CONCURRENT);
  const due = createDueCount();
  /** Those that wait to be overtaken, by app and environment: one at a time. */
  const held = new Map<string, () => void>();
  const attempt = async (notification: Notification) => {
    const progress = await limited(async () => tryOnce(world, notification, context));
    // Whoever waited to be overtaken has been.
    held.get(placeKeyOf(notification))?.();
    return progress;
  };
  /** Resolves when another was sent, `withinMs` are over, or the emulator closes. */
  const beOvertaken = async (notification: Notification, withinMs: number) => {
    const key = placeKeyOf(notification);
    if (withinMs === 0 || held.has(key)) return;
    const waiting = new AbortController();
    held.set(key, () => {
      held.delete(key);
      // From now on it is due: nobody may find all done between the other one and this.
      due.begin();
      waiting.abort();
    });
    due.end();
    const isOver = await hasSlept(withinMs, {
      clock,
      signal: AbortSignal.any([signal, waiting.signal]),
    });
    if (!isOver && waiting.signal.aborted) return;
    held.delete(key);
    due.begin();
  };
  const live = async (notification: Notification, handling: Handling) => {
    let current: Notification | undefined = notification;
    let copiesLeft = handling.copies;
    due.begin();
    try {
      await beOvertaken(notification, handling.overtakenWithinMs);
      while (current?.nextAttemptAt !== undefined && !signal.aborted) {
        const waitMs = current.nextAttemptAt - clock.now();
        if (waitMs > 0) {
          due.end();
          const hasWaited = await hasSlept(waitMs, context);
          due.begin();
          if (!hasWaited) return;
        }
        const progress = await attempt(current);
        current = progress === undefined ? undefined : log.proceed(progress);
        if (current !== undefined && isDelivered(current) && copiesLeft > 0) {
          copiesLeft -= 1;
          current = { ...current, nextAttemptAt: clock.now() };
        }
      }
    } finally {
      due.end();
    }
  };
  const delivery: Delivery = {
    add(notification, handling = PLAIN_HANDLING) {
      if (handling.isLost) log.proceed(lose(notification, clock.now()));
      else lives.add(live(notification, handling));
    },
    idle: async () => due.idle(),
    stopped: async () => lives.allDone(),
  };
  for (const notification of log.pending()) delivery.add(notification);
  return delivery;
}

function placeKeyOf({ app, environment }: Notification): string {
  return `${app}|${environment}`;
}

/** Nobody had it, and nobody will try again. */
function lose({ notificationUUID }: Notification, attemptDate: number): Progress {
  return { notificationUUID, attempts: [{ attemptDate, sendAttemptResult: "NO_RESPONSE" }] };
}

/** Returns what became of a notification, `undefined` when the emulator closed meanwhile. */
async function tryOnce(
  world: World,
  notification: Notification,
  context: DeliveryContext,
): Promise<Progress | undefined> {
  const { environment, notificationUUID, attempts } = notification;
  const url = findUrl(world, notification);
  // Nowhere to send it any more, so it ends here.
  if (url === undefined) return { notificationUUID, attempts };
  if (context.signal.aborted) return undefined;
  const sent = await sendNotification(url, notification.signedPayload, context);
  if (sent === undefined) return undefined;
  const made = { notificationUUID, attempts: [...attempts, sent] };
  if (sent.sendAttemptResult === "SUCCESS") return made;
  const nextAttemptAt = decideRetryAt(environment, made.attempts.length, {
    now: context.clock.now(),
    timeScale: context.timeScale,
  });
  return nextAttemptAt === undefined ? made : { ...made, nextAttemptAt };
}

/** A notification may be older than the definitions: its app may be gone. */
function findUrl(world: World, { app, environment }: Notification): string | undefined {
  return world.has(app) ? findEnvironment(world, { app, environment }).notificationUrl : undefined;
}

async function hasSlept(
  milliseconds: number,
  { clock, signal }: Pick<DeliveryContext, "clock" | "signal">,
): Promise<boolean> {
  try {
    await clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
