import type { Clock } from "../clock/clock.ts";
import { postRequest, resolveUrl, type ResolveRule } from "../realtime/index.ts";
import type { NotificationAttempt } from "./notification.ts";

/** How long Apple waits for an answer is UNCONFIRMED; the emulator waits this long, in milliseconds. */
const NOTIFICATION_TIMEOUT_MS = 10_000;

/** The statuses by which a receiver says that it has a notification. */
const FIRST_SUCCESS = 200;
const LAST_SUCCESS = 206;

/** What sending needs. */
export interface SendContext {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly resolve: readonly ResolveRule[];
  /** Ends what is on its way when the emulator closes. */
  readonly signal: AbortSignal;
}

/**
 * Posts a notification once; returns how it went, or `undefined` when the emulator closed before there
 * was an answer: then nobody knows.
 */
export async function sendNotification(
  url: string,
  signedPayload: string,
  context: SendContext,
): Promise<NotificationAttempt | undefined> {
  const { clock, resolve, signal } = context;
  const attemptDate = clock.now();
  const { answer, failure } = await postRequest(
    resolveUrl(url, resolve),
    { signedPayload },
    { ...context, timeoutMs: NOTIFICATION_TIMEOUT_MS },
  );
  if (answer === undefined) {
    return signal.aborted ? undefined : { attemptDate, sendAttemptResult: failure ?? "OTHER" };
  }
  const isSuccess = answer.status >= FIRST_SUCCESS && answer.status <= LAST_SUCCESS;
  return {
    attemptDate,
    sendAttemptResult: isSuccess ? "SUCCESS" : "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
  };
}
