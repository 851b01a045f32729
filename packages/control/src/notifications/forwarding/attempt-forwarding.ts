import type { Queries } from "../../storage/index.ts";
import type { FindSubscriptionIds } from "../../subscribers/index.ts";
import { postEvent } from "../../webhooks/index.ts";
import type { PostMeans } from "../../webhooks/index.ts";
import type { DueForwarding } from "./due-forwardings.ts";

/** What passing notifications on needs. */
export interface ForwardMeans extends PostMeans {
  readonly queries: Queries;
  readonly idsOf: FindSubscriptionIds;
}

/** How an attempt went. */
export interface ForwardAttempt {
  readonly status?: number | undefined;
  /** The code of why it failed; absent where it arrived. */
  readonly problem?: string | undefined;
}

/** The last status that Apple takes for received; the first is 200. */
const LAST_RECEIVED = 206;

/**
 * Posts a notification once, its body as it came here, and returns how it went. Nothing is written.
 *
 * @throws the signal's reason when it ended the post; what the database throws
 */
export async function attemptForwarding(
  due: DueForwarding,
  means: ForwardMeans,
  signal: AbortSignal,
): Promise<ForwardAttempt> {
  const ids = await means.idsOf(due.app);
  const body = ids.openBytes(due, due.notificationUUID, due.sealed);
  if (body === undefined) return { problem: "SECRET_SEAL_BROKEN" };
  const { url, contentType } = due;
  const { status, problem } = await postEvent(
    { url, body, contentType, headers: {} },
    means,
    signal,
  );
  if (problem === undefined && (status ?? 0) > LAST_RECEIVED) {
    return { status, problem: "STATUS_NOT_OK" };
  }
  return { status, problem };
}
