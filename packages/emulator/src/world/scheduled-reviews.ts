import type { EnvironmentWorld, StoredImage, StoredMessage } from "./world.ts";

/**
 * Has what was uploaded approved at `dueAt` (milliseconds since 1970) unless somebody reviews it
 * before, and returns it as it is now. Does nothing to what is not PENDING.
 */
export function scheduleReview<T extends StoredMessage | StoredImage>(
  { messages, images }: Pick<EnvironmentWorld, "messages" | "images">,
  uploaded: T,
  dueAt: number,
): T {
  if (uploaded.state !== "PENDING") return uploaded;
  const scheduled = { ...uploaded, reviewDueAt: dueAt };
  if ("messageIdentifier" in scheduled) messages.set(scheduled.messageIdentifier, scheduled);
  else images.set(scheduled.imageIdentifier, scheduled);
  return scheduled;
}

/**
 * Approves what is due at `now`. Called before anybody looks, it makes reviews happen at their time
 * without a timer, and after a restart too.
 */
export function settleReviews({ messages, images }: EnvironmentWorld, now: number): void {
  settle(messages, now);
  settle(images, now);
}

function settle<T extends StoredMessage | StoredImage>(stored: Map<string, T>, now: number): void {
  for (const [identifier, { reviewDueAt, ...rest }] of stored) {
    if (reviewDueAt === undefined || reviewDueAt > now) continue;
    // It is what it was, but for its state and the time it was due at.
    stored.set(identifier, { ...rest, state: "APPROVED" } as T);
  }
}
