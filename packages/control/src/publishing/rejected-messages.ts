import type { ReviewStates } from "@holdfast/flow/catalog";
import { effectiveFlow } from "@holdfast/flow/compile";
import type { FlowDocument, FlowText } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { imageIdentifier, messageIdentifier } from "@holdfast/flow/identifiers";
import type { ImageHashes } from "@holdfast/flow/identifiers";

/** The flow that is live, and what its images are. */
export interface LiveFlow {
  readonly document: FlowDocument;
  readonly environment: FlowEnvironment;
  readonly images: ImageHashes;
}

/**
 * Returns the identifiers of the messages that must not be sent any more: those Apple rejected, and those
 * of the live flow with an image Apple rejected.
 */
export function rejectedMessages(
  { messages, images }: ReviewStates,
  live: LiveFlow | undefined,
): readonly string[] {
  const rejected = Object.keys(messages).filter((id) => messages[id] === "REJECTED");
  if (live === undefined) return rejected;
  const options = { bundleId: live.document.app, images: live.images };
  const texts = Object.values(effectiveFlow(live.document, live.environment).messages).flatMap(
    (message) => Object.values(message.locales),
  );
  const withRejectedImage = texts.filter((text) =>
    imagesOf(text).some(([image, size]) => {
      const id = imageIdentifier(image, size, options);
      return id !== undefined && Object.hasOwn(images, id) && images[id] === "REJECTED";
    }),
  );
  return [
    ...rejected,
    ...withRejectedImage.flatMap((text) => messageIdentifier(text, options) ?? []),
  ];
}

function imagesOf({ image, bullets = [] }: FlowText) {
  return [
    ...(image === undefined ? [] : [[image, "FULL_SIZE"] as const]),
    ...bullets.map((bullet) => [bullet.image, "BULLET_POINT"] as const),
  ];
}
