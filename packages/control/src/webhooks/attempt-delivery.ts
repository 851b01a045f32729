import { CodedError } from "@holdfast/appstore/errors";
import { openSecret } from "../secrets/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Database } from "../storage/index.ts";
import type { DueDelivery } from "./deliveries.ts";
import { postEvent } from "./post-event.ts";
import type { PostMeans } from "./post-event.ts";
import type { Attempt } from "./settle-delivery.ts";
import { signPost } from "./sign-post.ts";
import { webhookBinding } from "./webhooks.ts";

/** What posting to webhooks needs. */
export interface AttemptMeans extends PostMeans {
  readonly database: Pick<Database, "queries">;
  readonly keyring: Keyring;
}

/**
 * Posts a delivery once, signed with its webhook's key, and returns how it went. Nothing is written.
 *
 * @param at - the time of the attempt, ms since 1970
 * @throws the signal's reason when it ended the post; what the database throws
 */
export async function attemptDelivery(
  { id, app, webhook, url, body }: Omit<DueDelivery, "attempts">,
  { means, at }: { readonly means: AttemptMeans; readonly at: number },
  signal: AbortSignal,
): Promise<Pick<Attempt, "status" | "problem" | "retryAfterMs">> {
  const binding = webhookBinding({ app, webhook });
  const key = await openSecret(means.database.queries, means.keyring, binding).catch(
    problemOfSecret,
  );
  if (typeof key === "string") return { problem: key };
  return postEvent({ url, body, headers: signPost({ id, body, at }, key) }, means, signal);
}

/** One key that does not open must not keep the other webhooks from their events. */
function problemOfSecret(error: unknown): string {
  if (error instanceof CodedError && String(error.code).startsWith("SECRET_")) {
    return String(error.code);
  }
  throw error;
}
