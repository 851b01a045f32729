import { AppleApiError } from "@holdfast/appstore/http";
import type {
  DefaultPlace,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";

/** What was made at Apple and must not stay. */
export interface CreatedThings {
  readonly images: Set<string>;
  readonly messages: Set<string>;
  readonly defaults: DefaultPlace[];
  /** The URL there was before it was changed; null for none, undefined while it was not changed. */
  urlBefore: string | null | undefined;
}

/** Starts with nothing made. */
export function nothingCreated(): CreatedThings {
  return { images: new Set(), messages: new Set(), defaults: [], urlBefore: undefined };
}

/**
 * Takes away everything that was made, whatever fails on the way, and returns what could not be.
 * Only what Apple's lists show is deleted: an upload that failed left nothing.
 */
export async function removeCreated(
  client: RetentionMessagingClient,
  created: CreatedThings,
): Promise<readonly string[]> {
  const left: string[] = [];
  const remove = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      left.push(`${what}: ${error instanceof AppleApiError ? error.message : String(error)}`);
    }
  };
  for (const place of created.defaults) {
    await remove(`default of ${place.productId}`, () => client.deleteDefaultMessage(place));
  }
  await remove("messages", async () => {
    const { messageIdentifiers = [] } = await client.getMessageList();
    for (const { messageIdentifier: id } of messageIdentifiers) {
      if (created.messages.has(id)) await remove(`message ${id}`, () => client.deleteMessage(id));
    }
  });
  await remove("images", async () => {
    const { imageIdentifiers = [] } = await client.getImageList();
    for (const { imageIdentifier: id } of imageIdentifiers) {
      if (created.images.has(id)) await remove(`image ${id}`, () => client.deleteImage(id));
    }
  });
  const { urlBefore } = created;
  if (urlBefore === null) await remove("URL", () => client.deleteRealtimeUrl());
  if (typeof urlBefore === "string") {
    await remove("URL", () => client.configureRealtimeUrl(urlBefore));
  }
  return left;
}
