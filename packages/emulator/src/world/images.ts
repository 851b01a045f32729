import { AppleApiError } from "../errors/index.ts";
import type { ReviewState } from "./app-definition.ts";
import { assertImagePixels } from "./image-pixels.ts";
import { isLowercaseUuid, LIMITS } from "./limits.ts";
import { firstState } from "./messages.ts";
import { type EnvironmentWorld, type ImageSize, imagesOf, type StoredImage } from "./world.ts";

/** What Apple assumes when `imageSize` is not given is UNCONFIRMED; presumably this. */
const DEFAULT_IMAGE_SIZE: ImageSize = "FULL_SIZE";

/**
 * Uploads a picture, as Apple's Upload Image. Throws `INVALID_IMAGE` for what is not an opaque PNG
 * of the right dimensions, `BAD_REQUEST_IMAGE_SIZE` for an unknown `imageSize`, and
 * `IMAGE_ALREADY_EXISTS` when the identifier is taken.
 */
export function uploadImage(
  world: EnvironmentWorld,
  imageIdentifier: string,
  bytes: Uint8Array,
  imageSize: string = DEFAULT_IMAGE_SIZE,
): StoredImage {
  if (!isLowercaseUuid(imageIdentifier)) {
    throw new AppleApiError(
      "GENERAL_BAD_REQUEST",
      "Expected imageIdentifier to be a lowercase UUID.",
    );
  }
  if (!isImageSize(imageSize)) {
    throw new AppleApiError("BAD_REQUEST_IMAGE_SIZE", "Expected FULL_SIZE or BULLET_POINT.");
  }
  if (world.images.has(imageIdentifier)) throw new AppleApiError("IMAGE_ALREADY_EXISTS");
  if (world.images.size >= LIMITS.imagesPerApp) {
    throw new AppleApiError("MAXIMUM_NUMBER_OF_IMAGES_REACHED");
  }
  assertImagePixels(bytes, imageSize);
  const image = { imageIdentifier, imageSize, state: firstState(world) };
  world.images.set(imageIdentifier, image);
  return image;
}

/** Deletes a picture; throws `IMAGE_NOT_FOUND`, or `IMAGE_IN_USE` while a message refers to it. */
export function deleteImage(world: EnvironmentWorld, imageIdentifier: string): void {
  if (!world.images.has(imageIdentifier)) throw new AppleApiError("IMAGE_NOT_FOUND");
  for (const message of world.messages.values()) {
    if (imagesOf(message).includes(imageIdentifier)) throw new AppleApiError("IMAGE_IN_USE");
  }
  world.images.delete(imageIdentifier);
}

/** Decides a picture's review; throws `IMAGE_NOT_FOUND`. */
export function reviewImage(
  world: EnvironmentWorld,
  imageIdentifier: string,
  state: ReviewState,
): StoredImage {
  const image = world.images.get(imageIdentifier);
  if (image === undefined) throw new AppleApiError("IMAGE_NOT_FOUND");
  const { reviewDueAt: _over, ...rest } = image;
  const reviewed = { ...rest, state };
  world.images.set(imageIdentifier, reviewed);
  return reviewed;
}

function isImageSize(text: string): text is ImageSize {
  return text === "FULL_SIZE" || text === "BULLET_POINT";
}
