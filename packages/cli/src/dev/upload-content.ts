import type { AppEnvironment, Emulator } from "@holdfast/emulator";
import type { ReviewStates } from "@holdfast/flow/catalog";
import type { UsableFlow } from "../load-flow.ts";
import { desiredOf } from "../provisioning/desired-of-flow.ts";

/** What was put into the local App Store. */
export interface UploadedContent {
  readonly messages: number;
  readonly images: number;
  readonly defaults: number;
  readonly reviewStates: ReviewStates;
}

/**
 * Puts a flow's images, messages, default messages and real-time URL into the local App Store. What is
 * there already stays: content decides identifiers, so the same content is never uploaded twice.
 */
export async function uploadContent(
  emulator: Emulator,
  place: AppEnvironment,
  { document, beside, catalog = { bundleId: document.app, products: [] } }: UsableFlow,
): Promise<UploadedContent> {
  const { images, messages, defaults, realtimeUrl } = desiredOf(
    { document, beside, catalog },
    place.environment,
  );
  const known = reviewStatesOf(emulator, place);
  for (const { identifier, size, bytes } of images) {
    // What was adopted by its identifier is at Apple already; it cannot be uploaded from here.
    if (bytes === undefined || Object.hasOwn(known.images, identifier)) continue;
    emulator.uploadImage(place, identifier, await bytes(), size);
  }
  for (const { identifier, body } of messages) {
    if (body === undefined || Object.hasOwn(known.messages, identifier)) continue;
    emulator.uploadMessage(place, identifier, body);
  }
  for (const { productId, locale, messageIdentifier } of defaults) {
    emulator.configureDefault(place, { productId, locale, messageIdentifier });
  }
  if (realtimeUrl !== undefined) emulator.configureRealtimeUrl(place, realtimeUrl);
  return {
    messages: emulator.messages(place).length,
    images: emulator.images(place).length,
    defaults: emulator.defaults(place).length,
    reviewStates: reviewStatesOf(emulator, place),
  };
}

function reviewStatesOf(emulator: Emulator, place: AppEnvironment): ReviewStates {
  return {
    messages: Object.fromEntries(
      emulator.messages(place).map(({ messageIdentifier: id, state }) => [id, state]),
    ),
    images: Object.fromEntries(
      emulator.images(place).map(({ imageIdentifier: id, state }) => [id, state]),
    ),
    defaults: [...emulator.defaults(place)],
  };
}
