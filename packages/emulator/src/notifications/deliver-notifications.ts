import { limitConcurrency } from "../concurrency/limit-concurrency.ts";
import { createUnderWay } from "../concurrency/under-way.ts";
import { findEnvironment, type World } from "../world/index.ts";
import type { NotificationLog, Progress } from "./notification-log.ts";
import type { Notification } from "./notification.ts";
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
  /** Sends a notification when it is due, and again when that fails. */
  add(notification: Notification): void;
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
  let due = 0;
  let whenIdle: (() => void)[] = [];
  const attempt = async (notification: Notification) => {
    due += 1;
    try {
      return await limited(async () => tryOnce(world, notification, context));
    } finally {
      due -= 1;
      if (due === 0) {
        for (const tell of whenIdle) tell();
        whenIdle = [];
      }
    }
  };
  const live = async (notification: Notification) => {
    let current: Notification | undefined = notification;
    while (current?.nextAttemptAt !== undefined && !signal.aborted) {
      const waitMs = current.nextAttemptAt - clock.now();
      if (waitMs > 0 && !(await hasSlept(waitMs, context))) return;
      const progress = await attempt(current);
      current = progress === undefined ? undefined : log.proceed(progress);
    }
  };
  const delivery: Delivery = {
    add: (notification) => lives.add(live(notification)),
    async idle() {
      if (due > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
    stopped: async () => lives.allDone(),
  };
  for (const notification of log.pending()) delivery.add(notification);
  return delivery;
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
