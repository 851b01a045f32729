import type { SendAttemptResult } from "../realtime/index.ts";
import type { AppEnvironment } from "../world/index.ts";

/** One try to send a notification: Apple's SendAttemptItem. */
export interface NotificationAttempt {
  /** Milliseconds since 1970. */
  readonly attemptDate: number;
  readonly sendAttemptResult: SendAttemptResult;
}

/** A notification that is, or was, to be sent. */
export interface Notification extends AppEnvironment {
  /** The same for every attempt. */
  readonly notificationUUID: string;
  readonly notificationType: string;
  readonly subtype?: string;
  /** Whom it is about; absent for tests. */
  readonly originalTransactionId?: string;
  /** When it happened, and was signed: milliseconds since 1970. */
  readonly signedDate: number;
  /** A compact JWS; sent as it is in every attempt. */
  readonly signedPayload: string;
  /** By which a test is asked about; absent for all else. */
  readonly testNotificationToken?: string;
  /** Oldest first. */
  readonly attempts: readonly NotificationAttempt[];
  /** When it will be sent next: milliseconds since 1970; absent when never again. */
  readonly nextAttemptAt?: number;
}

/** Tells whether an attempt got through. */
export function isDelivered({ attempts }: Notification): boolean {
  return attempts.some(({ sendAttemptResult }) => sendAttemptResult === "SUCCESS");
}
