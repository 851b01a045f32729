import { AppleApiError } from "../errors/index.ts";
import type { ReviewState } from "./app-definition.ts";
import { isLowercaseUuid, LIMITS } from "./limits.ts";
import { parseMessageContent } from "./message-content.ts";
import type { EnvironmentWorld, ImageSize, StoredMessage } from "./world.ts";

/** What the world may be stricter about than Apple's documents are. */
export interface MessageRules {
  /** UNCONFIRMED at Apple; default any number. */
  readonly maxBulletPoints?: number;
}

/**
 * Uploads a message, as Apple's Upload Message: in the sandbox it is APPROVED at once, in production
 * PENDING. Throws the `AppleApiError` of the limit it breaks; `MESSAGE_ALREADY_EXISTS` when the
 * identifier is taken, whatever the content.
 */
export function uploadMessage(
  world: EnvironmentWorld,
  messageIdentifier: string,
  body: unknown,
  { maxBulletPoints }: MessageRules = {},
): StoredMessage {
  if (!isLowercaseUuid(messageIdentifier)) {
    throw new AppleApiError(
      "GENERAL_BAD_REQUEST",
      "Expected messageIdentifier to be a lowercase UUID.",
    );
  }
  const content = parseMessageContent(body, maxBulletPoints);
  if (world.messages.has(messageIdentifier)) throw new AppleApiError("MESSAGE_ALREADY_EXISTS");
  if (world.messages.size >= LIMITS.messagesPerApp) {
    throw new AppleApiError("MAXIMUM_NUMBER_OF_MESSAGES_REACHED");
  }
  if (content.image !== undefined) {
    assertImage(world, content.image.imageIdentifier, "FULL_SIZE");
  }
  for (const { imageIdentifier } of content.bulletPoints ?? []) {
    assertImage(world, imageIdentifier, "BULLET_POINT");
  }
  const message = { ...content, messageIdentifier, state: firstState(world) };
  world.messages.set(messageIdentifier, message);
  return message;
}

/** Deletes a message; throws `MESSAGE_NOT_FOUND`, for deleting twice is an error at Apple. */
export function deleteMessage(world: EnvironmentWorld, messageIdentifier: string): void {
  if (!world.messages.delete(messageIdentifier)) throw new AppleApiError("MESSAGE_NOT_FOUND");
  // What becomes of defaults that name it is UNCONFIRMED; here they go with it.
  for (const locales of world.defaults.values()) {
    for (const [locale, named] of locales) {
      if (named === messageIdentifier) locales.delete(locale);
    }
  }
}

/** Decides a message's review; throws `MESSAGE_NOT_FOUND`. */
export function reviewMessage(
  world: EnvironmentWorld,
  messageIdentifier: string,
  state: ReviewState,
): StoredMessage {
  const message = world.messages.get(messageIdentifier);
  if (message === undefined) throw new AppleApiError("MESSAGE_NOT_FOUND");
  const { reviewDueAt: _over, ...rest } = message;
  const reviewed = { ...rest, state };
  world.messages.set(messageIdentifier, reviewed);
  return reviewed;
}

/** Returns the state in which something arrives: the sandbox approves by itself. */
export function firstState({ environment }: EnvironmentWorld): ReviewState {
  return environment === "sandbox" ? "APPROVED" : "PENDING";
}

/** What Apple answers for an unknown or wrong-sized image is UNCONFIRMED; these are its likeliest. */
function assertImage(
  { images }: EnvironmentWorld,
  imageIdentifier: string,
  imageSize: ImageSize,
): void {
  const image = images.get(imageIdentifier);
  if (image === undefined) throw new AppleApiError("IMAGE_NOT_FOUND");
  if (image.imageSize !== imageSize) {
    throw new AppleApiError("BAD_REQUEST_IMAGE_SIZE", `Expected an image of ${imageSize}.`);
  }
}
