import { join } from "node:path";
import { emulatorError } from "../errors/index.ts";
import { type AppendLog, beginAppendLog, readAppendLog } from "../files/append-log.ts";
import type { AppEnvironment } from "../world/index.ts";
import type { Notification } from "./notification.ts";

const FILE = "notifications.jsonl";

/** How many are remembered, of all apps; ours: each is some 15 KB, for it holds three chains. */
const MAX_NOTIFICATIONS = 5000;

/** What becomes of a notification once it is signed. */
export type Progress = Pick<Notification, "notificationUUID" | "attempts" | "nextAttemptAt">;

/** All notifications there were, oldest first. */
export interface NotificationLog {
  add(notification: Notification): void;
  /** Says what became of a notification; returns it, `undefined` when it is forgotten. */
  proceed(progress: Progress): Notification | undefined;
  list(place: AppEnvironment): readonly Notification[];
  /** Returns those that will be sent again, or for the first time. */
  pending(): readonly Notification[];
}

/**
 * Returns what was kept in `directory`, to be added to; without a directory nothing outlives the
 * process. Remembers the latest `max` (default 5,000). Throws `STATE_UNREADABLE`.
 */
export function openNotificationLog(
  directory: string | undefined,
  max = MAX_NOTIFICATIONS,
): NotificationLog {
  const all = new Map<string, Notification>();
  const remember = (notification: Notification) => {
    all.set(notification.notificationUUID, notification);
    const [oldest] = all.keys();
    if (all.size > max && oldest !== undefined) all.delete(oldest);
  };
  const proceed = (progress: Progress) => {
    const notification = all.get(progress.notificationUUID);
    if (notification === undefined) return undefined;
    const { nextAttemptAt: _before, ...rest } = notification;
    const next = { ...rest, ...progress };
    all.set(progress.notificationUUID, next);
    return next;
  };
  const file =
    directory === undefined
      ? undefined
      : openFile(join(directory, FILE), { all, remember, proceed });
  return {
    add(notification) {
      remember(notification);
      file?.append(notification);
    },
    proceed(progress) {
      const next = proceed(progress);
      if (next !== undefined) file?.append(progress);
      return next;
    },
    list: ({ app, environment }) =>
      [...all.values()].filter((one) => one.app === app && one.environment === environment),
    pending: () => [...all.values()].filter(({ nextAttemptAt }) => nextAttemptAt !== undefined),
  };
}

/** What the lines of the file are about. */
interface Memory {
  readonly all: ReadonlyMap<string, Notification>;
  readonly remember: (notification: Notification) => void;
  readonly proceed: (progress: Progress) => unknown;
}

function openFile(path: string, { all, remember, proceed }: Memory): AppendLog {
  for (const line of readAppendLog(path)) {
    if (isNotification(line)) remember(line);
    else if (isProgress(line)) proceed(line);
    else {
      throw emulatorError(
        "STATE_UNREADABLE",
        `${path} holds no notifications this emulator kept; remove it to begin with none`,
      );
    }
  }
  return beginAppendLog(path, () => [...all.values()]);
}

/** Looks as deep as a file that was meant for something else would show. */
function isProgress(value: unknown): value is Progress {
  if (typeof value !== "object" || value === null) return false;
  const { notificationUUID, attempts }: Readonly<Partial<Record<keyof Progress, unknown>>> = value;
  return typeof notificationUUID === "string" && Array.isArray(attempts);
}

function isNotification(value: unknown): value is Notification {
  if (!isProgress(value)) return false;
  const named: Readonly<Partial<Record<keyof Notification, unknown>>> = value;
  const { app, environment, notificationType, signedPayload, signedDate } = named;
  const texts = [app, environment, notificationType, signedPayload];
  return texts.every((text) => typeof text === "string") && typeof signedDate === "number";
}
