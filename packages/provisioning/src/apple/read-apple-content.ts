import { AppleApiError } from "@holdfast/appstore/http";
import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type {
  CallOptions,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { AppleContent } from "./apple-content.ts";

/** Apple's number for "there is no real-time URL". */
const REALTIME_URL_NOT_FOUND = 4040021;

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
  return { ...lists, realtimeUrl: await readRealtimeUrl(client, options) };
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

async function readRealtimeUrl(
  client: RetentionMessagingClient,
  options: CallOptions,
): Promise<string | null> {
  try {
    return (await client.getRealtimeUrl(options)).realtimeURL;
  } catch (error) {
    if (error instanceof AppleApiError && error.errorCode === REALTIME_URL_NOT_FOUND) return null;
    throw error;
  }
}
