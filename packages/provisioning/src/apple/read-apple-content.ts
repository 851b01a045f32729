import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import type {
  CallOptions,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { AppleContent } from "./apple-content.ts";

/**
 * Returns what Apple has now, in three requests: two lists and the URL.
 *
 * @throws AppleApiError
 */
export async function readAppleContent(
  client: RetentionMessagingClient,
  options: CallOptions = {},
): Promise<AppleContent> {
  const lists = await readAppleLists(client, options);
  return { ...lists, realtimeUrl: await findRealtimeUrl(client, options) };
}

/**
 * Returns the messages and images Apple has now, in two requests.
 *
 * @throws AppleApiError
 */
export async function readAppleLists(
  client: RetentionMessagingClient,
  options: CallOptions = {},
): Promise<Pick<AppleContent, "messages" | "images">> {
  const { messageIdentifiers = [] } = await client.getMessageList(options);
  const { imageIdentifiers = [] } = await client.getImageList(options);
  return {
    messages: new Map(
      messageIdentifiers.map((item) => [
        item.messageIdentifier,
        normalizeReviewState(item.messageState),
      ]),
    ),
    images: new Map(
      imageIdentifiers.map(({ imageIdentifier, imageState, imageSize }) => [
        imageIdentifier,
        {
          state: normalizeReviewState(imageState),
          ...(imageSize === undefined ? {} : { size: imageSize }),
        },
      ]),
    ),
  };
}
