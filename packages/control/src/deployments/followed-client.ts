import type {
  GetMessageListResponse,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import { writeReviewStates } from "../catalog/write-review-states.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Database } from "../storage/index.ts";

/** What a client is followed with. */
export interface FollowOptions {
  readonly database: Database;
  readonly place: PublicationPlace;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Returns a client whose readings of Apple's lists, of messages and then of images, are written down as
 * the job that polls reviews writes them: what a deployment sees is what flows are validated and compiled
 * with, and Apple is not asked twice for it.
 */
export function followLists(
  client: RetentionMessagingClient,
  { database, place, now }: FollowOptions,
): RetentionMessagingClient {
  let read: { readonly messages: GetMessageListResponse; readonly askedAt: number } | undefined;
  return {
    ...client,
    async getMessageList(options) {
      const askedAt = now();
      const messages = await client.getMessageList(options);
      read = { messages, askedAt };
      return messages;
    },
    async getImageList(options) {
      const images = await client.getImageList(options);
      if (read !== undefined) {
        const lists = { ...read, images, seenAt: now() };
        await database.transaction((transaction) => writeReviewStates(transaction, place, lists));
        read = undefined;
      }
      return images;
    },
  };
}
