import { ApiRefusal } from "@holdfast/api/server";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { isStorageError, whileBusy } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import type { FindSubscriptionIds } from "../subscribers/index.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { GroupCommitStats } from "./group-commit.ts";
import { createFindNotificationApp } from "./notification-app.ts";
import { notNow } from "./notification-refusal.ts";
import { storeNotifications } from "./store-notifications.ts";
import type { StoreMeans, TakenNotification } from "./store-notifications.ts";
import type { NotificationSource } from "./tables.ts";
import { verifyReceived } from "./verify-notification.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import type { WaitingRoomOptions } from "./waiting-room.ts";

/** A notification as it came. */
export interface IncomingNotification {
  /** Our id of the app it is said to be for. */
  readonly app: string;
  /** The only environment that will do; default any that is served. */
  readonly environment?: FlowEnvironment | undefined;
  readonly signedPayload: string;
  readonly source: NotificationSource;
  /** The body it came in. */
  readonly body: Uint8Array;
  /** Null where none came. */
  readonly contentType: string | null;
}

/** Takes notifications, whichever way they come. */
export interface NotificationIntake {
  /**
   * Verifies a notification and stores it; resolves once that is committed, with whether it is new.
   *
   * @throws BadSignedData, RefusedSignedData; ApiRefusal `NOT_FOUND` where there is no such app,
   *   `UNAVAILABLE` where it cannot be judged or stored now; what the database throws
   */
  take(incoming: IncomingNotification): Promise<boolean>;
  /** What storing them in groups saved. */
  stats(): GroupCommitStats;
}

/** What an intake is made from. */
export interface NotificationIntakeOptions extends Pick<StoreMeans, "streams" | "ids"> {
  readonly database: Database;
  readonly verifier: SignedDataVerifier;
  readonly idsOf: FindSubscriptionIds;
  /** Whether production may trust roots beside Apple's. */
  readonly allowNonAppleProductionRoots: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long somebody waits until a notification is stored, ms; default 20 seconds. */
  readonly patienceMs?: number;
  /** What may wait at most; default 4,000 and 64 MiB. */
  readonly waiting?: WaitingRoomOptions;
}

/** The most notifications that are stored in one transaction. */
const MAX_GROUP = 200;

/**
 * The most that wait to be stored; whoever comes then has to come again. Apple's are about 15 KiB each; bodies may
 * be larger, with anything beside what is signed in them.
 */
const MAX_WAITING: WaitingRoomOptions = { maxItems: 4000, maxBytes: 64 * 1024 * 1024 };

/** Apple does not say how long it waits; half a minute is usual. */
const PATIENCE_MS = 20_000;

/** Returns what takes notifications. One for a process: it stores those that come together together. */
export function createNotificationIntake(options: NotificationIntakeOptions): NotificationIntake {
  const { database, verifier, now, patienceMs = PATIENCE_MS } = options;
  const { queries } = database;
  const room = createWaitingRoom(options.waiting ?? MAX_WAITING);
  const findAppOf = createFindNotificationApp({ ...options, queries });
  const group = createGroupCommit<TakenNotification, boolean>({
    maxItems: MAX_GROUP,
    isAboutAll: isAboutDatabase,
    write: (taken) =>
      whileBusy(() =>
        database.transaction((transaction) =>
          storeNotifications(transaction, taken, { ...options, now: now() }),
        ),
      ),
  });
  return {
    async take({ app: id, environment, signedPayload, ...incoming }) {
      const app = await findAppOf(id);
      if (app === undefined) {
        throw new ApiRefusal("NOT_FOUND", "receiveNotification: no such app");
      }
      const means = { app, verifier, environment, now: now() };
      const verified = await verifyReceived(signedPayload, means);
      const leave = room.enter(app.id, incoming.body.length);
      if (leave === undefined) throw notNow("too many notifications wait", 5);
      const { ids } = app;
      const seal = (content: Uint8Array): Uint8Array =>
        ids.sealBytes(verified.place, verified.notificationUUID, content);
      // Who has lost patience takes its room until it is written: it is still there.
      const stored = group.add({ ...verified, ...incoming, seal }).finally(leave);
      return withPatience(stored, patienceMs);
    },
    stats: () => group.stats(),
  };
}

/** Of these the next notification would hear, too. */
function isAboutDatabase(error: unknown): boolean {
  return (
    isStorageError(error, "DATABASE_UNREACHABLE") ||
    isStorageError(error, "DATABASE_BUSY") ||
    isStorageError(error, "DATABASE_FULL")
  );
}

/** What is stored after all is not stored again when it is repeated. */
async function withPatience<T>(promise: Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(notNow("storing takes too long", 5));
    }, patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
