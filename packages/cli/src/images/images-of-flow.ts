import type { KnownImageSize } from "@holdfast/appstore/images";
import type { FlowDocument, FlowImage, FlowMessage, FlowPath } from "@holdfast/flow/document";

/** An image of a flow, and where the flow has it. */
export interface PlacedImage {
  readonly image: FlowImage;
  readonly size: KnownImageSize;
  readonly path: FlowPath;
}

/** Returns the images of a flow's messages, those of its environments' overlays included, each where it is used. */
export function imagesOf({ messages, environments = {} }: FlowDocument): readonly PlacedImage[] {
  return [
    ...imagesIn(messages, ["messages"]),
    ...Object.entries(environments).flatMap(([environment, overlay]) =>
      imagesIn(overlay?.messages ?? {}, ["environments", environment, "messages"]),
    ),
  ];
}

function imagesIn(
  messages: Readonly<Record<string, FlowMessage>>,
  top: FlowPath,
): readonly PlacedImage[] {
  return Object.entries(messages).flatMap(([name, { locales }]) =>
    Object.entries(locales).flatMap(([locale, { image, bullets = [] }]) => {
      const path: FlowPath = [...top, name, "locales", locale];
      const full = image === undefined ? [] : [fullSize(image, [...path, "image"])];
      const small = bullets.map((bullet, index) =>
        bulletPoint(bullet.image, path.concat("bullets", index, "image")),
      );
      return full.concat(small);
    }),
  );
}

function fullSize(image: FlowImage, path: FlowPath): PlacedImage {
  return { image, size: "FULL_SIZE", path };
}

function bulletPoint(image: FlowImage, path: FlowPath): PlacedImage {
  return { image, size: "BULLET_POINT", path };
}
