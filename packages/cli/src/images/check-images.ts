import {
  BULLET_POINT_IMAGE_SIDE_PIXELS,
  FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS,
  FULL_SIZE_IMAGE_WIDTH_PIXELS,
} from "@holdfast/appstore/retention-messaging";
import { createIssue } from "@holdfast/flow/document";
import type {
  FlowDocument,
  FlowImage,
  FlowIssue,
  FlowMessage,
  FlowPath,
  FlowPositions,
} from "@holdfast/flow/document";
import type { ImageSize } from "@holdfast/flow/identifiers";
import type { BesideFlow } from "../beside-flow.ts";
import { parsePngHeader } from "./png-header.ts";
import type { PngHeader } from "./png-header.ts";

/**
 * What can be wrong with an image file.
 *
 * - `IMAGE_NOT_PNG`: no PNG by its first bytes
 * - `IMAGE_DIMENSIONS`: not the pixels Apple takes for its size class
 * - `IMAGE_HAS_ALPHA` [warning]: Apple refuses transparency; every pixel must be opaque
 */
export type ImageIssueCode = "IMAGE_NOT_PNG" | "IMAGE_DIMENSIONS" | "IMAGE_HAS_ALPHA";

interface PlacedImage {
  readonly image: FlowImage;
  readonly size: ImageSize;
  readonly path: FlowPath;
}

/**
 * Checks the headers of a flow's image files; a file that is missing is validation's to tell.
 * Under `strict` warnings are errors.
 */
export function checkImages(
  document: FlowDocument,
  positions: FlowPositions,
  { bytesOf, strict = false }: Pick<BesideFlow, "bytesOf"> & { readonly strict?: boolean },
): readonly FlowIssue<ImageIssueCode>[] {
  return imagesOf(document).flatMap(({ image, size, path }) => {
    const bytes = image.file === undefined ? undefined : bytesOf(image.file);
    if (image.file === undefined || bytes === undefined) return [];
    const problem = problemOf(image.file, size, parsePngHeader(bytes));
    if (problem === undefined) return [];
    const severity = strict ? "error" : problem.severity;
    return [createIssue({ ...problem, severity, path: [...path, "file"] }, positions)];
  });
}

type Problem = Pick<FlowIssue<ImageIssueCode>, "code" | "message" | "severity">;

function problemOf(
  file: string,
  size: ImageSize,
  header: PngHeader | undefined,
): Problem | undefined {
  const severity = "error";
  if (header === undefined) {
    return {
      code: "IMAGE_NOT_PNG",
      message: `"${file}" is no PNG; Apple takes no other`,
      severity,
    };
  }
  const { width, height, hasAlpha } = header;
  if (!fits(size, header)) {
    const message = `"${file}" has ${width} × ${height} pixels; ${EXPECTED[size]}`;
    return { code: "IMAGE_DIMENSIONS", message, severity };
  }
  if (!hasAlpha) return undefined;
  const message = `"${file}" has an alpha channel; Apple refuses transparency, so all of it must be opaque`;
  return { code: "IMAGE_HAS_ALPHA", message, severity: "warning" };
}

const EXPECTED: Readonly<Record<ImageSize, string>> = {
  FULL_SIZE: `a message's image is ${FULL_SIZE_IMAGE_WIDTH_PIXELS} wide and ${FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS} to ${FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS} high`,
  BULLET_POINT: `a bullet's image is ${BULLET_POINT_IMAGE_SIDE_PIXELS} × ${BULLET_POINT_IMAGE_SIDE_PIXELS}`,
};

function fits(size: ImageSize, { width, height }: PngHeader): boolean {
  if (size === "BULLET_POINT") {
    return width === BULLET_POINT_IMAGE_SIDE_PIXELS && height === BULLET_POINT_IMAGE_SIDE_PIXELS;
  }
  return (
    width === FULL_SIZE_IMAGE_WIDTH_PIXELS &&
    height >= FULL_SIZE_IMAGE_MIN_HEIGHT_PIXELS &&
    height <= FULL_SIZE_IMAGE_MAX_HEIGHT_PIXELS
  );
}

function imagesOf({ messages, environments = {} }: FlowDocument): readonly PlacedImage[] {
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
